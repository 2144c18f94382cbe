"""Routes as the sources state them: what the engine's route finder reads, and what it says it cannot read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

import perfbuild
from perfbuild.engine.process import node_binary

ENGINE = Path(perfbuild.__file__).parent / "engine"
RUNNER = Path(__file__).with_name("find_routes.mjs")

LAZY = 'import { lazy } from "react";\n'
FILES = (
    *("Home", "About", "Layout", "Users", "User", "Edit", "New", "Settings", "Admin", "Missing", "Data", "Panel"),
    *("Side", "Plain", "posts/List", "posts/Post"),
)

#: Routes by pattern, with the names of the modules that each loads.
Routes = dict[str, str]


def find(root: Path, files: dict[str, str], entry: str = "main.tsx") -> dict[str, Any]:
    """Writes the files beside one module for each name of FILES (``home.js`` for Home) and reads the routes."""
    modules = {
        f"{name.lower()}.js": f'export default function {name.split("/")[-1]}() {{ return "{name}"; }}'
        for name in FILES
    }
    for path, text in (modules | files).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, "utf-8")
    done = subprocess.run(
        [node_binary(), str(RUNNER), str(ENGINE), str(root), entry],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def shown(found: dict[str, Any]) -> Routes:
    return {
        route["path"]: " ".join(component.rpartition(".")[0] for component in route["components"])
        for route in found["routes"]
    }


def why(found: dict[str, Any]) -> list[str]:
    assert {problem["code"] for problem in found["problems"]} <= {"route-dynamic"}
    return [f"{problem['file']}:{problem['line']} {problem['message']}" for problem in found["problems"]]


ONE_FILE: dict[str, tuple[str, Routes]] = {
    "vue-router": (
        """
        import { createRouter, createWebHistory } from "vue-router";
        import Layout from "./layout.js";
        const User = () => import("./user.js");
        const routes = [
          { path: "/", component: () => import("./home.js"), meta: { title: "Home" } },
          { path: "/users", component: () => import("./users.js"), children: [
            { path: "", component: () => import("./side.js") },
            { path: ":id", name: "user", component: User, children: [
              { path: "edit", component: () => import("./edit.js") },
            ] },
            { path: "/people", component: () => import("./panel.js") },
          ] },
          { path: "/admin", components: { default: () => import("./admin.js"), side: () => import("./side.js") },
            alias: ["/boss"] },
          { path: "/static", component: Layout },
          { path: "/old", redirect: "/" },
          { path: "/:pathMatch(.*)*", component: () => import("./missing.js") },
        ];
        export default createRouter({ history: createWebHistory(), routes });
        """,
        {
            "/": "home",
            "/users": "users side",
            "/users/:id": "users user",
            "/users/:id/edit": "users user edit",
            "/people": "users panel",
            "/admin": "side admin",
            "/boss": "side admin",
            "/static": "",
            "*": "missing",
        },
    ),
    "plain table": (
        LAZY
        + """
        interface Route { readonly path: string }
        export const routes: readonly Route[] = [
          { path: "/", name: "Home", icon: "M3", View: lazy(() => import(/* webpackChunkName: "home" */ "./home")) },
          { path: "/about", View: lazy(() => import("./about").then((module) => ({ default: module.About }))) },
        ] as const;
        """,
        {"/": "home", "/about": "about"},
    ),
    "table by path": (
        'const routes = { "/": () => import("./home.js"), "/about": async () => import("./about.js"), '
        '"*": () => import("./missing.js") };'
        "console.log(routes);",
        {"/": "home", "/about": "about", "*": "missing"},
    ),
    "elements": (
        """
        import React, { Suspense } from "react";
        import { BrowserRouter, Navigate, Route, Routes } from "react-router-dom";
        import Plain from "./plain";
        const Home = React.lazy(() => import("./home"));
        const Users = React.lazy(() => import("./users"));
        const User = React.lazy(() => import("./user"));
        const Layout = React.lazy(() => import("./layout"));
        const Settings = React.lazy(() => import("./settings"));
        const Missing = React.lazy(() => import("./missing"));
        export const App = ({ user }) => (
          <BrowserRouter><Suspense fallback={<Missing />}><Routes>
            <Route element={<Layout />}>
              <Route index element={<Home />} />
              <Route path="users" element={<Users />}>
                <Route path=":id" element={<Suspense fallback={<Missing />}><User /></Suspense>} />
              </Route>
              <Route path={"settings"} element={user ? <Settings /> : <Navigate to="/" />} />
            </Route>
            <Route path="plain" element={<Plain />} />
            <Route path="*" element={<Missing />} />
          </Routes></Suspense></BrowserRouter>
        );
        """,
        {
            "/": "layout home",
            "/users": "layout users",
            "/users/:id": "layout users user",
            "/settings": "layout settings",
            "/plain": "",
            "*": "missing",
        },
    ),
    "older routers": (
        LAZY
        + """
        import { Route, Switch } from "wouter";
        const Home = lazy(() => import("./home")), Users = lazy(() => import("./users"));
        const About = lazy(() => import("./about"));
        export const App = () => <Switch>
          <Route exact path="/" component={Home} />
          <Route path={["/users", "/people"]}><Users /></Route>
          <About path="/about" />
          <PrivateRoute path="/docs/:rest*" render={() => <About />} />
        </Switch>;
        """,
        {"/": "home", "/users": "users", "/people": "users", "/about": "about", "/docs/*": "about"},
    ),
    "data router": (
        LAZY
        + """
        import { createBrowserRouter } from "react-router";
        import Plain from "./plain";
        const Home = lazy(() => import("./home")), Missing = lazy(() => import("./missing"));
        export const router = createBrowserRouter([
          { id: "root", Component: lazy(() => import("./layout")), errorElement: <Missing />, children: [
            { index: true, element: <Home />, preload: true },
            { path: "users", lazy: () => import("./users"), action: async () => (await import("./new")).create() },
            { path: "users/:id", async lazy() {
              const { User } = await import("./user");
              return { Component: User };
            } },
            { path: "edit", lazy: {
              Component: async () => (await import("./edit")).Edit,
              loader: async () => (await import("./data")).load,
            } },
            { path: "admin", element: <Plain />, loader: async ({ params }) => {
              const { load } = await import("./data");
              return load(params);
            } },
          ] },
        ]);
        """,
        {
            "/": "layout home",
            "/users": "layout users",
            "/users/:id": "layout user",
            "/edit": "layout data edit",
            "/admin": "layout data",
        },
    ),
    "tanstack": (
        """
        import { createRootRoute, createRoute, createRouter, lazyRouteComponent as load } from "@tanstack/react-router";
        const root = createRootRoute();
        const home = createRoute({
          getParentRoute: () => root, path: "/", component: load(() => import("./home")),
        });
        const users = createRoute({
          getParentRoute: () => root, path: "users", component: load(() => import("./users")),
        });
        const user = createRoute({ getParentRoute: () => users, path: "/$id" })
          .lazy(() => import("./user").then((d) => d.Route));
        export const router = createRouter({ routeTree: root.addChildren([home, users.addChildren([user])]) });
        """,
        {"/": "home", "/users": "users", "/users/:id": "users user"},
    ),
    "vaadin": (
        'const action = async () => { await import("./home.js"); };'
        'export const routes = [{ path: "/", component: "x-home", action }];',
        {"/": "home"},
    ),
    "solid": (
        """
        import { lazy } from "solid-js";
        import { Router } from "@solidjs/router";
        const children = [{ path: "/:id", component: lazy(() => import("./user")) }];
        const routes = [{ path: "/users", component: lazy(() => import("./users")), children }];
        export const App = () => <Router>{routes}</Router>;
        """,
        {"/users": "users", "/users/:id": "users user"},
    ),
    "paths by name": (
        """
        const base = "/users";
        const PATHS = { user: `${base}/:id`, home: "/" } as const;
        enum Known { About = "/about" }
        export const routes = [
          { path: PATHS.home, component: () => import("./home") },
          { path: PATHS.user, component: () => import("./user") },
          { path: base + "/new", component: () => import("./new") },
          { path: Known.About, component: () => import("./about") },
        ];
        """,
        {"/": "home", "/users/:id": "user", "/users/new": "new", "/about": "about"},
    ),
    "no routes": (
        """
        import fs from "./plain";
        export const nav = [{ path: "/a", label: "A" }, { path: location.hash, label: "B" }];
        export const icons = [{ path: "M3 3h8", load: fs }];
        export const open = () => import("./panel");
        export const posts = import.meta.glob("./posts/*.js");
        export const files = [{ path: "./home.js", load: () => import("./home.js") }];
        export const drawing = <><Icon path="M3 3h8" /><animateMotion path={fs} /></>;
        """,
        {},
    ),
}


@pytest.mark.parametrize("name", ONE_FILE)
def test_a_table_in_one_file_is_read(name: str, tmp_path: Path) -> None:
    code, routes = ONE_FILE[name]
    found = find(tmp_path, {"main.tsx": code})
    assert shown(found) == routes
    assert why(found) == []


def test_tables_and_components_are_followed_through_imports(tmp_path: Path) -> None:
    found = find(
        tmp_path,
        {
            "main.tsx": """
                import { createBrowserRouter } from "react-router";
                import { Home, Users as People } from "./lazies";
                import * as Pages from "./lazies";
                import { adminRoutes, more } from "./admin/routes";
                import { PATHS } from "./paths";
                const isDev = false;
                export default createBrowserRouter([
                  { path: "/", element: <Home /> },
                  { path: "/people", element: <People /> },
                  { path: PATHS.settings, element: <Pages.Settings /> },
                  { path: "/admin", children: [...adminRoutes, { path: "new", element: <Pages.New /> }] },
                  ...more,
                  ...(isDev ? [{ path: "/panel", lazy: () => import("./panel") }] : []),
                ]);
            """,
            "paths.ts": 'export const PATHS = { settings: "/settings" };',
            "lazies/index.ts": 'export { default as Home } from "./home"; export * from "./others";'
            'export { Users } from "./others";',
            "lazies/home.ts": 'import { lazy } from "react"; export default lazy(() => import("../home"));',
            "lazies/others.ts": """
                import { lazy } from "react";
                const Settings = lazy(() => import("../settings"));
                export const Users = lazy(() => import("../users")), New = lazy(() => import("../new"));
                export { Settings };
            """,
            "admin/routes.ts": """
                const edit = { path: "edit", lazy: () => import("../edit") };
                export const adminRoutes = [{ index: true, lazy: () => import("../admin") }, edit];
                export const more = [{ path: "/about", lazy: () => import("../about") }];
            """,
        },
    )
    assert shown(found) == {
        "/": "home",
        "/people": "users",
        "/settings": "settings",
        "/admin": "admin",
        "/admin/edit": "edit",
        "/admin/new": "new",
        "/about": "about",
        "/panel": "panel",
    }
    assert why(found) == []


def test_records_say_where_they_stand_and_what_to_fetch_ahead(tmp_path: Path) -> None:
    code = """export const routes = [
        { path: "/", component: () => import("./home") },
        { path: "/about", preload: true, component: () => import("./about") },
    ];"""
    assert find(tmp_path, {"main.tsx": code})["routes"] == [
        {"path": "/", "components": ["home.js"], "source": "main.tsx", "line": 2, "preload": False},
        {"path": "/about", "components": ["about.js"], "source": "main.tsx", "line": 3, "preload": True},
    ]


def test_routes_inside_a_routes_component_stand_below_it(tmp_path: Path) -> None:
    found = find(
        tmp_path,
        {
            "main.tsx": LAZY + 'const Admin = lazy(() => import("./console"));'
            'export default <Routes><Route path="/admin/*" element={<Admin />} /></Routes>;',
            "console.tsx": LAZY + 'const Users = lazy(() => import("./users"));'
            'export default () => <Routes><Route path="users" element={<Users />} /></Routes>;',
        },
    )
    assert shown(found) == {"/admin/*": "console", "/admin/users": "console users"}


PAGES: dict[str, tuple[str, tuple[str, ...], Routes]] = {
    "brackets": (
        "./pages/**/*.tsx",
        (
            "index",
            "about",
            "users/index",
            "users/[id]",
            "docs/[...slug]",
            "[[lang]]/help",
            "404",
            "_parts/button",
            "about.test",
        ),
        {
            "/": "index",
            "/about": "about",
            "/users": "users/index",
            "/users/:id": "users/[id]",
            "/docs/*": "docs/[...slug]",
            "/:lang?/help": "[[lang]]/help",
            "*": "404",
        },
    ),
    "dollars": (
        "./routes/**/*.tsx",
        (
            "__root",
            "index",
            "users",
            "users/$id",
            "users.$id.edit",
            "_auth",
            "_auth/login",
            "files/$",
            "(shop)/cart",
            "posts.index",
            "posts",
        ),
        {
            "/": "__root index",
            "/users": "__root users",
            "/users/:id": "__root users users/$id",
            "/users/:id/edit": "__root users users/$id users.$id.edit",
            "/login": "__root _auth _auth/login",
            "/files/*": "__root files/$",
            "/cart": "__root (shop)/cart",
            "/posts": "__root posts posts.index",
        },
    ),
    "layouts": (
        "/src/pages/**/*.tsx",
        ("_layout", "index", "admin/_layout", "admin/index", "admin/(team)/people"),
        {
            "/": "_layout index",
            "/admin": "_layout admin/_layout admin/index",
            "/admin/people": "_layout admin/_layout admin/(team)/people",
        },
    ),
    "app folder": (
        "./app/**/*.tsx",
        ("layout", "page", "loading", "shop/page", "shop/layout", "shop/[id]/page", "shop/button"),
        {"/": "layout page", "/shop": "layout shop/layout shop/page", "/shop/:id": "layout shop/layout shop/[id]/page"},
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_glob_of_pages_has_their_files_paths(name: str, tmp_path: Path) -> None:
    glob, files, routes = PAGES[name]
    folder = glob.partition("*")[0].strip("./").removeprefix("src/")
    code = f"""
        const pages = import.meta.glob("{glob}");
        const path = (file) => file.slice(8, -4);
        export const routes = Object.keys(pages).map((file) => ({{ path: path(file), component: lazy(pages[file]) }}));
    """
    found = find(
        tmp_path,
        {"src/main.tsx": code} | {f"src/{folder}/{file}.tsx": f"export default {json.dumps(file)};" for file in files},
        "src/main.tsx",
    )
    strip = f"src/{folder}/"
    assert {path: ids.replace(strip, "") for path, ids in shown(found).items()} == routes
    assert why(found) == []


DYNAMIC: dict[str, tuple[str, str]] = {
    "computed path": (
        'export const routes = ["users"].map((name) => ({ path: "/" + name, component: () => import("./users") }));',
        "main.tsx:1 its path is computed",
    ),
    "path of an unknown": (
        'export const routes = [{ path: "/", component: () => import("./home") }, '
        '{ path: location.hash, component: () => import("./users") }];',
        "main.tsx:1 its path is computed",
    ),
    "variable import": (
        'export const route = (name) => ({ path: "/x", component: () => import(`./posts/${name}.js`) });',
        "main.tsx:1 its component is computed",
    ),
    "one of two": (
        'export const routes = [{ path: "/", component: () => import("./about") }, '
        '{ path: "/x", component: () => (location.hash ? import("./home") : import("./users")) }];',
        "main.tsx:1 its component is computed",
    ),
    "unknown children": (
        'export const routes = [{ path: "/", component: () => import("./home"), children: make() }];',
        "main.tsx:1 routes below it are computed",
    ),
    "unknown part of the table": (
        'export const routes = [{ path: "/", component: () => import("./home") },\n...make()];',
        "main.tsx:2 a part of the table is computed",
    ),
    "component of a variable": (
        'const pages = { users: () => import("./users") };\n'
        'export const routes = Object.keys(pages).map((name) => ({ path: "/" + name, component: pages[name] }));',
        "main.tsx:2 its path is computed",
    ),
    "names of components": (
        'export const pages = import.meta.glob("./pages/*.tsx");',
        "main.tsx:1 the names of the page files are no paths",
    ),
}


@pytest.mark.parametrize("name", DYNAMIC)
def test_what_cannot_be_read_is_reported_and_not_guessed(name: str, tmp_path: Path) -> None:
    code, message = DYNAMIC[name]
    found = find(
        tmp_path, {"main.tsx": code, "pages/Home.tsx": "export default 1;", "pages/UserList.tsx": "export default 2;"}
    )
    assert [line.partition(" ")[2] for line in why(found)] == [message.partition(" ")[2]]
    assert why(found)[0].startswith(message.partition(" ")[0])
    assert set(shown(found)) <= {"/"}


def test_circles_of_modules_and_tables_end(tmp_path: Path) -> None:
    found = find(
        tmp_path,
        {
            "main.tsx": 'import { b } from "./other";'
            'export const a = [{ path: "/a", component: () => import("./home"), children: b }];',
            "other.ts": 'import { a } from "./main"; export * from "./other"; export const c = d, d = c;'
            'export const b = [{ path: "b", component: () => import("./about"), children: a },'
            '{ path: "/c", component: c }];',
        },
    )
    assert found["routes"] == []
