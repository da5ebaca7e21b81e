import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Io, Output } from "../io.ts";

type StreamName = "stdout" | "stderr";

/** The output of one target, kept until its turn comes, so that targets do not write between each other. */
export interface TargetOutput {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Compresses what was kept: the plans of a hundred targets would fill the memory. */
  pack(): void;
  /** Writes what was kept, or only its warnings and errors. */
  replay(io: Pick<Io, StreamName>, isWhole: boolean): void;
  /** Returns true if there is something to replay. */
  hasText(isWhole: boolean): boolean;
}

interface Piece {
  readonly stream: StreamName;
  readonly text: string;
}

/** Keeps the output of a target for these streams; their width and colours are those of the run. */
export function keepOutput(io: Pick<Io, StreamName>): TargetOutput {
  let packed: Buffer | undefined;
  let kept: Piece[] = [];
  const keep = (stream: StreamName): Output => ({
    ...io[stream],
    write: (text) => void (text === "" || kept.push({ stream, text })),
  });
  const list = (): Piece[] => [...(packed ? unpackPieces(packed) : []), ...kept];
  const select = (isWhole: boolean) => list().filter(({ stream }) => isWhole || stream === "stderr");
  return {
    stdout: keep("stdout"),
    stderr: keep("stderr"),
    pack: () => {
      // A copy, because zlib returns a part of a larger buffer.
      packed = Buffer.from(deflateRawSync(JSON.stringify(list())));
      kept = [];
    },
    replay: (to, isWhole) => {
      for (const { stream, text } of select(isWhole)) to[stream].write(text);
    },
    hasText: (isWhole) => select(isWhole).length > 0,
  };
}

function unpackPieces(packed: Buffer): Piece[] {
  return JSON.parse(inflateRawSync(packed).toString("utf8")) as Piece[];
}
