import ChevronLeft from "@mui/icons-material/ChevronLeft";
import ChevronRight from "@mui/icons-material/ChevronRight";
import { Badge, Dialog, DialogContent, DialogTitle, IconButton, List, ListItem, ListItemText } from "@mui/material";
import { addMonths, eachDayOfInterval, endOfMonth, endOfWeek, format, isSameDay, isSameMonth, startOfMonth, startOfWeek } from "date-fns";
import { useState } from "react";
import { Page } from "../components/page";
import { Material } from "../components/theme";
import { orders } from "../data/orders";
import { today } from "../helpers/dates";
import styles from "./calendar.module.css";

export function Component() {
  const [month, setMonth] = useState(today);
  const [chosen, setChosen] = useState<Date>();
  const days = eachDayOfInterval({ start: startOfWeek(startOfMonth(month)), end: endOfWeek(endOfMonth(month)) });
  const due = (day: Date) => orders.filter((order) => isSameDay(order.due, day));
  return (
    <Material>
      <Page
        title="Calendar"
        intro={format(month, "MMMM yyyy")}
        actions={
          <>
            <IconButton aria-label="Month before" onClick={() => setMonth(addMonths(month, -1))}>
              <ChevronLeft />
            </IconButton>
            <IconButton aria-label="Month after" onClick={() => setMonth(addMonths(month, 1))}>
              <ChevronRight />
            </IconButton>
          </>
        }
      >
        <div className={styles.month}>
          {days.map((day) => (
            <button
              key={day.toISOString()}
              type="button"
              className={isSameMonth(day, month) ? styles.day : styles.other}
              onClick={() => setChosen(day)}
            >
              <Badge color="secondary" badgeContent={due(day).length}>
                {format(day, "d")}
              </Badge>
            </button>
          ))}
        </div>
        <Dialog open={chosen !== undefined} onClose={() => setChosen(undefined)}>
          <DialogTitle>{chosen && format(chosen, "EEEE, d MMMM")}</DialogTitle>
          <DialogContent>
            <List dense>
              {chosen &&
                due(chosen).map((order) => (
                  <ListItem key={order.id}>
                    <ListItemText primary={order.id} secondary={`${order.crates} crates of ${order.fruit}`} />
                  </ListItem>
                ))}
            </List>
          </DialogContent>
        </Dialog>
      </Page>
    </Material>
  );
}
