import { createBrowserRouter } from "react-router";
import { Shell, Waiting } from "./shell";

export const router = createBrowserRouter([
  {
    path: "/",
    Component: Shell,
    HydrateFallback: Waiting,
    children: [
      { index: true, lazy: () => import("./routes/overview") },
      { path: "orders", lazy: () => import("./routes/orders") },
      { path: "orders/:order", lazy: () => import("./routes/order") },
      { path: "growers", lazy: () => import("./routes/growers") },
      { path: "growers/new", lazy: () => import("./routes/new-grower") },
      { path: "orchard", lazy: () => import("./routes/orchard") },
      { path: "sensors", lazy: () => import("./routes/sensors") },
      { path: "network", lazy: () => import("./routes/network") },
      { path: "harvest", lazy: () => import("./routes/harvest") },
      { path: "recipes", lazy: () => import("./routes/recipes") },
      { path: "scripts", lazy: () => import("./routes/scripts") },
      { path: "themes", lazy: () => import("./routes/themes") },
      { path: "prices", lazy: () => import("./routes/prices") },
      { path: "sales", lazy: () => import("./routes/sales") },
      { path: "calendar", lazy: () => import("./routes/calendar") },
      { path: "board", lazy: () => import("./routes/board") },
      { path: "settings", lazy: () => import("./routes/settings") },
      { path: "help", lazy: () => import("./routes/help") },
    ],
  },
]);
