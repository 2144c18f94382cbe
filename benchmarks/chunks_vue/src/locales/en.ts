const en = {
  brand: { name: "Relay", tagline: "Operations" },
  nav: {
    overview: "Overview",
    parcels: "Parcels",
    scans: "Scan log",
    depots: "Depots",
    map: "Live map",
    network: "Network",
    rounds: "Rounds",
    fleet: "Fleet",
    yard: "Yard plan",
    tariffs: "Tariffs",
    performance: "Performance",
    handbook: "Handbook",
    settings: "Settings",
  },
  header: { shift: "Day shift", watched: "{count} watched", duty: "On duty: {name}" },
  toasts: { dismiss: "Dismiss" },
  settings: { language: "Language", density: "Density", alerts: "Alerts" },
};

export type Messages = typeof en;

export default en;
