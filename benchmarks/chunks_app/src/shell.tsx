import { NavLink, Outlet, useNavigation } from "react-router";
import { cx } from "./helpers/classes";
import styles from "./shell.module.css";

const links = [
  ["/", "Overview"],
  ["/orders", "Orders"],
  ["/growers", "Growers"],
  ["/orchard", "Orchard"],
  ["/sensors", "Sensors"],
  ["/network", "Network"],
  ["/harvest", "Harvest"],
  ["/recipes", "Recipes"],
  ["/scripts", "Scripts"],
  ["/themes", "Themes"],
  ["/prices", "Prices"],
  ["/sales", "Sales"],
  ["/calendar", "Calendar"],
  ["/board", "Board"],
  ["/settings", "Settings"],
  ["/help", "Help"],
] as const;

export function Shell() {
  const busy = useNavigation().state === "loading";
  return (
    <div className={styles.shell}>
      <nav className={styles.nav} aria-label="Sections">
        <strong className={styles.brand}>Orchard</strong>
        {links.map(([to, label]) => (
          <NavLink key={to} to={to} end={to === "/"} className={({ isActive }) => cx(styles.link, isActive && styles.here)}>
            {label}
          </NavLink>
        ))}
      </nav>
      <main className={cx(styles.main, busy && styles.busy)}>
        <Outlet />
      </main>
    </div>
  );
}

export function Waiting() {
  return <p className={styles.waiting}>Loading…</p>;
}
