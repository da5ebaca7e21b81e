import type { Io, Output } from "../io.ts";

type StreamName = "stdout" | "stderr";

/** The output of one target, kept until its turn comes, so that targets do not write between each other. */
export interface TargetOutput {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Writes what was kept, or only its warnings and errors. */
  replay(io: Pick<Io, StreamName>, isWhole: boolean): void;
  /** Returns true if there is something to replay. */
  hasText(isWhole: boolean): boolean;
}

/** Keeps the output of a target for these streams; their width and colours are those of the run. */
export function keepOutput(io: Pick<Io, StreamName>): TargetOutput {
  const kept: { readonly stream: StreamName; readonly text: string }[] = [];
  const keep = (stream: StreamName): Output => ({
    ...io[stream],
    write: (text) => void (text === "" || kept.push({ stream, text })),
  });
  const select = (isWhole: boolean) => kept.filter(({ stream }) => isWhole || stream === "stderr");
  return {
    stdout: keep("stdout"),
    stderr: keep("stderr"),
    replay: (to, isWhole) => {
      for (const { stream, text } of select(isWhole)) to[stream].write(text);
    },
    hasText: (isWhole) => select(isWhole).length > 0,
  };
}
