import { ConfigProvider } from "antd";
import type { ReactNode } from "react";

export function Ant({ children }: { children: ReactNode }) {
  return <ConfigProvider theme={{ token: { colorPrimary: "#4f7f3a", borderRadius: 6 } }}>{children}</ConfigProvider>;
}
