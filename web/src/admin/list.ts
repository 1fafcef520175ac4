/** What a section lists: asked for once, and again after each change. */
import { useEffect, useState } from "preact/hooks";
import { get } from "../api/client";
import { asProblem, type Problem } from "../api/problem";

export interface Listed<Item> {
  items: Item | null;
  problem: Problem | null;
  reload: () => Promise<void>;
}

export function useAsked<Item>(path: string): Listed<Item> {
  const [items, setItems] = useState<Item | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const reload = async () => {
    try {
      setItems(await get<Item>(path));
      setProblem(null);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  useEffect(() => void reload(), [path]);
  return { items, problem, reload };
}
