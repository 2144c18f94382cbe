import { createRouter, createWebHistory } from "vue-router";
import { Shell } from "./shell";

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: "/",
      component: Shell,
      children: [
        { path: "", component: () => import("./routes/overview") },
        { path: "parcels", component: () => import("./routes/parcels") },
        { path: "parcels/:id", component: () => import("./routes/parcel"), props: true },
        { path: "scans", component: () => import("./routes/scans") },
        { path: "depots", component: () => import("./routes/depots") },
        { path: "depots/new", component: () => import("./routes/new-depot") },
        { path: "depots/:id", component: () => import("./routes/depot"), props: true },
        { path: "map", component: () => import("./routes/live-map") },
        { path: "network", component: () => import("./routes/network") },
        { path: "rounds", component: () => import("./routes/rounds") },
        { path: "fleet", component: () => import("./routes/fleet") },
        { path: "yard", component: () => import("./routes/yard") },
        { path: "tariffs", component: () => import("./routes/tariffs") },
        { path: "performance", component: () => import("./routes/performance") },
        { path: "handbook", component: () => import("./routes/handbook") },
        { path: "settings", component: () => import("./routes/settings") },
      ],
    },
  ],
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});
