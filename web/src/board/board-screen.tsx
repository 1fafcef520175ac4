import { Empty } from "../design/empty";

export default function BoardScreen() {
  return <Empty title="…" />;
}
