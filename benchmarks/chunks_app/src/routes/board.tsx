import { Avatar, Button, Flex, Tag } from "antd";
import { LayoutGroup, motion, Reorder } from "framer-motion";
import { Ant } from "../components/ant";
import { Fade } from "../components/fade";
import { Page } from "../components/page";
import { useBoard } from "../features/board";
import styles from "./board.module.css";

export function Component() {
  const { columns, move, sort } = useBoard();
  return (
    <Ant>
      <Page title="Board" intro="Who picks what today.">
        <LayoutGroup>
          <Flex gap={16}>
            {columns.map((column, place) => (
              <Fade key={column.name} order={place}>
                <section className={styles.column}>
                  <h2>
                    {column.name} <Tag>{column.cards.length}</Tag>
                  </h2>
                  <Reorder.Group axis="y" values={column.cards} onReorder={(cards) => sort(column.name, cards)}>
                    {column.cards.map((card) => (
                      <Reorder.Item key={card.id} value={card} className={styles.card}>
                        <motion.span layoutId={card.id}>
                          <Avatar size="small">{card.who.slice(0, 1)}</Avatar> {card.what}
                        </motion.span>
                        <Button size="small" type="text" onClick={() => move(card.id)}>
                          →
                        </Button>
                      </Reorder.Item>
                    ))}
                  </Reorder.Group>
                </section>
              </Fade>
            ))}
          </Flex>
        </LayoutGroup>
      </Page>
    </Ant>
  );
}
