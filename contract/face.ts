// Payload of a watch-list match, of a face or of a plate: the entry, the score and what it was compared with; never a face of anyone else.
import Type from "typebox";
import { ruleKeys, Still } from "./common.ts";

export const FaceMatchData = Type.Object({
  ...ruleKeys,
  still: Type.Optional(Still),
  entry: Type.Object({ id: Type.String(), name: Type.String() }),
  score: Type.Number({
    description: "cosine similarity of the track's best frames; of a plate, the confidence of its reading",
  }),
  threshold: Type.Optional(Type.Number({ description: "of a face" })),
  match: Type.Optional(
    Type.Enum(["match", "possible"], { description: "of a plate; possible: one character differs" }),
  ),
  differs: Type.Optional(
    Type.Object({
      place: Type.Integer({ minimum: 1, description: "from 1, without separators" }),
      read: Type.String(),
      listed: Type.String(),
    }),
  ),
  margin: Type.Optional(Type.Number({ description: "score minus the second candidate's" })),
  frames: Type.Integer({ minimum: 1, description: "pictures that voted" }),
  quality: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
});
