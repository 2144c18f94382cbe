import { createTheme, CssBaseline, ThemeProvider } from "@mui/material";
import type { ReactNode } from "react";

const theme = createTheme({
  palette: {
    primary: { main: "#4f7f3a" },
    secondary: { main: "#c8372d" },
    background: { default: "#fbfaf6" },
  },
  shape: { borderRadius: 6 },
});

export function Material({ children }: { children: ReactNode }) {
  return (
    <ThemeProvider theme={theme}>
      <CssBaseline />
      {children}
    </ThemeProvider>
  );
}
