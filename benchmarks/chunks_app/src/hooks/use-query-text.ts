import { useSearchParams } from "react-router";

/** A text that stands in the address, so that a filtered list can be shared. */
export function useQueryText(name: string): [string, (text: string) => void] {
  const [parameters, setParameters] = useSearchParams();
  const set = (text: string) =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (text) after.set(name, text);
        else after.delete(name);
        return after;
      },
      { replace: true },
    );
  return [parameters.get(name) ?? "", set];
}
