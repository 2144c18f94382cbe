import { debounce } from "lodash-es";
import { useEffect, useMemo, useState } from "react";

export function useDebounced<T>(value: T, wait = 200): T {
  const [settled, setSettled] = useState(value);
  const settle = useMemo(() => debounce(setSettled, wait), [wait]);
  useEffect(() => {
    settle(() => value);
    return () => settle.cancel();
  }, [settle, value]);
  return settled;
}
