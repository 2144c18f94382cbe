import { nanoid } from "nanoid";
import { bus, type Toast } from "../features/alerts/bus";

/** Says something to the controller at the edge of the page. */
export function useNotify(): (text: string, kind?: Toast["kind"]) => void {
  return (text, kind = "success") => bus.emit("toast", { id: nanoid(8), text, kind });
}
