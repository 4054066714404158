// Payload of a watch-list match: the entry, the score and what it was compared with; never a face of anyone else.
import Type from "typebox";
import { ruleKeys, Still } from "./common.ts";

export const FaceMatchData = Type.Object({
  ...ruleKeys,
  still: Type.Optional(Still),
  entry: Type.Object({ id: Type.String(), name: Type.String() }),
  score: Type.Number({ description: "cosine similarity of the track's best frames" }),
  threshold: Type.Number(),
  margin: Type.Optional(Type.Number({ description: "score minus the second candidate's" })),
  frames: Type.Integer({ minimum: 1, description: "face pictures that voted" }),
  quality: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
});
