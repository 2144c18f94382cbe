import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router/dom";
import "./styles/base.css";
import { router } from "./router";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

createRoot(root).render(<RouterProvider router={router} />);
