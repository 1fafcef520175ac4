import { expect, test } from "vitest";
import { EventReader } from "../src/api/sse";

test("an event that comes in pieces is given once, whole", () => {
  const reader = new EventReader();
  expect(reader.take("id: 7\nevent: cha")).toEqual([]);
  expect(reader.take('nge\ndata: {"a":')).toEqual([]);
  expect(reader.take("1}\n\n")).toEqual([{ id: "7", event: "change", data: '{"a":1}' }]);
});

test("heartbeats are no events, and the id stays", () => {
  const reader = new EventReader();
  expect(reader.take("id: 7\ndata: x\n\n: beat\n\ndata: y\n\n")).toEqual([
    { id: "7", event: "message", data: "x" },
    { id: "7", event: "message", data: "y" },
  ]);
});

test("lines of data are joined, and a carriage return ends a line", () => {
  expect(new EventReader().take("data: a\r\ndata: b\r\n\r\n")[0]?.data).toBe("a\nb");
});
