/** The text format of server-sent events, as the HTML standard defines it. */

export interface ServerEvent {
  id: string;
  event: string;
  data: string;
}

/** Takes chunks of a stream and gives back the events that they complete. */
export class EventReader {
  private rest = "";
  private event = "";
  private data: string[] = [];
  private id = "";

  /** Events completed by one more chunk; comments (heartbeats) complete none. */
  take(chunk: string): ServerEvent[] {
    const lines = (this.rest + chunk).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): ServerEvent[] {
    if (line === "") return this.finish();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.event = value;
    if (field === "data") this.data.push(value);
    if (field === "id") this.id = value;
    return [];
  }

  private finish(): ServerEvent[] {
    const done = { id: this.id, event: this.event || "message", data: this.data.join("\n") };
    const empty = this.data.length === 0;
    this.event = "";
    this.data = [];
    return empty ? [] : [done];
  }
}
