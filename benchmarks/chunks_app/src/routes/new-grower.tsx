import { Alert, Button, Checkbox, FormControlLabel, MenuItem, Stack, TextField } from "@mui/material";
import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { Controller, useForm } from "react-hook-form";
import { Page } from "../components/page";
import { Material } from "../components/theme";
import { regions } from "../data/growers";
import { growerSchema, type NewGrower } from "../helpers/schemas";
import styles from "./new-grower.module.css";

export function Component() {
  const [saved, setSaved] = useState<NewGrower>();
  const { register, control, handleSubmit, formState } = useForm({
    resolver: zodResolver(growerSchema),
    defaultValues: { name: "", email: "", region: "Alto" as const, hectares: 1, organic: false },
  });
  const { errors } = formState;
  return (
    <Material>
      <Page title="New grower" intro="A farm that delivers for the first time.">
        <form className={styles.form} onSubmit={handleSubmit((values) => setSaved(values))} noValidate>
          <Stack spacing={2}>
            <TextField label="Name" {...register("name")} error={!!errors.name} helperText={errors.name?.message} />
            <TextField label="E-mail" {...register("email")} error={!!errors.email} helperText={errors.email?.message} />
            <Controller
              control={control}
              name="region"
              render={({ field }) => (
                <TextField select label="Region" {...field}>
                  {regions.map((region) => (
                    <MenuItem key={region} value={region}>
                      {region}
                    </MenuItem>
                  ))}
                </TextField>
              )}
            />
            <TextField
              label="Hectares"
              type="number"
              {...register("hectares")}
              error={!!errors.hectares}
              helperText={errors.hectares?.message}
            />
            <FormControlLabel control={<Checkbox {...register("organic")} />} label="Organic" />
            <Button type="submit" variant="contained">
              Save
            </Button>
            {saved && <Alert severity="success">{saved.name} is in the book.</Alert>}
          </Stack>
        </form>
      </Page>
    </Material>
  );
}
