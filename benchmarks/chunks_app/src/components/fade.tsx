import { motion } from "framer-motion";
import type { ReactNode } from "react";

export function Fade({ order = 0, children }: { order?: number; children: ReactNode }) {
  return (
    <motion.div initial={{ opacity: 0, y: 8 }} animate={{ opacity: 1, y: 0 }} transition={{ delay: order * 0.03 }}>
      {children}
    </motion.div>
  );
}
