import { useState } from "react";
import { CartesianGrid, Legend, Line, LineChart, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { Page } from "../components/page";
import { Panel } from "../components/panel";
import { fruits } from "../data/growers";
import { priceHistory } from "../data/prices";
import { shortDate } from "../helpers/dates";
import { money } from "../helpers/money";
import { mean } from "../helpers/statistics";
import styles from "./prices.module.css";

const history = priceHistory().map((row) => ({ ...row, day: shortDate(row.day) }));
const strokes = ["#c8372d", "#b9c23b", "#6b3a78", "#8f1d35", "#e0b13f", "#7a5c3e"];

export function Component() {
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const shown = fruits.filter((fruit) => !hidden.includes(fruit));
  const level = mean(shown.flatMap((fruit) => history.map((row) => (row as unknown as Record<string, number>)[fruit]!)));
  return (
    <Page title="Prices" intro="A crate, over four months.">
      <div className={styles.choices}>
        {fruits.map((fruit) => (
          <label key={fruit}>
            <input
              type="checkbox"
              checked={!hidden.includes(fruit)}
              onChange={(event) =>
                setHidden(event.target.checked ? hidden.filter((name) => name !== fruit) : [...hidden, fruit])
              }
            />
            {fruit}
          </label>
        ))}
      </div>
      <Panel title="Market" wide>
        <ResponsiveContainer width="100%" height={360}>
          <LineChart data={history}>
            <CartesianGrid strokeDasharray="3 3" />
            <XAxis dataKey="day" minTickGap={40} />
            <YAxis tickFormatter={(value: number) => money(value)} />
            <Tooltip />
            <Legend />
            <ReferenceLine y={level} strokeDasharray="4 2" />
            {shown.map((fruit) => (
              <Line key={fruit} dataKey={fruit} dot={false} stroke={strokes[fruits.indexOf(fruit)]} isAnimationActive={false} />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </Panel>
    </Page>
  );
}
