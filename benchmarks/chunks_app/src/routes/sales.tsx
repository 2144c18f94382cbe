import { Card, CardContent, Chip, Stack, ToggleButton, ToggleButtonGroup, Typography } from "@mui/material";
import { orderBy } from "lodash-es";
import { useMemo, useState } from "react";
import { Bar, BarChart, Cell, Pie, PieChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { Metric } from "../components/metric";
import { Page } from "../components/page";
import { Material } from "../components/theme";
import { growers } from "../data/growers";
import { amountOf, orders } from "../data/orders";
import { fruitColours } from "../helpers/colours";
import { money } from "../helpers/money";
import { quantile } from "../helpers/statistics";
import { totals } from "../helpers/tables";
import styles from "./sales.module.css";

const nameOf = new Map(growers.map((grower) => [grower.id, grower.name]));

export function Component() {
  const [by, setBy] = useState<"fruit" | "state">("fruit");
  const bars = useMemo(() => totals(orders, (order) => order[by], amountOf), [by]);
  const best = useMemo(
    () => orderBy(totals(orders, (order) => order.grower, amountOf), (total) => total.amount, "desc").slice(0, 8),
    [],
  );
  return (
    <Material>
      <Page title="Sales">
        <ToggleButtonGroup exclusive size="small" value={by} onChange={(_, value) => value && setBy(value)}>
          <ToggleButton value="fruit">By fruit</ToggleButton>
          <ToggleButton value="state">By state</ToggleButton>
        </ToggleButtonGroup>
        <Stack direction="row" spacing={2} className={styles.row}>
          <Card className={styles.card}>
            <CardContent>
              <Typography variant="h6">Turnover</Typography>
              <ResponsiveContainer width="100%" height={280}>
                <BarChart data={bars}>
                  <XAxis dataKey="key" />
                  <YAxis />
                  <Tooltip formatter={(value) => money(Number(value))} />
                  <Bar dataKey="amount" isAnimationActive={false}>
                    {bars.map((bar) => (
                      <Cell key={bar.key} fill={fruitColours[bar.key] ?? "#4f7f3a"} />
                    ))}
                  </Bar>
                </BarChart>
              </ResponsiveContainer>
            </CardContent>
          </Card>
          <Card className={styles.card}>
            <CardContent>
              <Typography variant="h6">Orders</Typography>
              <ResponsiveContainer width="100%" height={280}>
                <PieChart>
                  <Pie data={bars} dataKey="count" nameKey="key" innerRadius={60} isAnimationActive={false} />
                </PieChart>
              </ResponsiveContainer>
            </CardContent>
          </Card>
        </Stack>
        <Metric label="Middle order" value={quantile(orders.map(amountOf), 0.5)} unit="€" />
        <Stack direction="row" spacing={1}>
          {best.map((total) => (
            <Chip key={total.key} label={`${nameOf.get(total.key)}: ${money(total.amount)}`} />
          ))}
        </Stack>
      </Page>
    </Material>
  );
}
