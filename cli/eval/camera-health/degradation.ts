// What the evaluation does to a healthy picture: each kind of fault as ffmpeg filters, at one documented strength.
import type { HealthKind } from "../../../edge/health/kind.ts";

/** The picture is healthy for so long first, s; the background is learned in it. */
export const HEALTHY_S = 20;
/** Then degraded for so long, s. */
export const DEGRADED_S = 30;
/** Degradations are made at this width, px, so that their strength does not depend on the clip's resolution. */
export const WORKING_WIDTH = 640;

const ON = `enable='gte(t,${HEALTHY_S})'`;

/**
 * Filters, applied to yuv420p at {@link WORKING_WIDTH} and one picture a second. A sensor's noise stays over what
 * hides the scene, so that none of them is found by an absence of noise.
 */
export const DEGRADATIONS: Readonly<Record<HealthKind, string>> = {
  /** A dark, featureless thing before the lens: the upper 92 % of the picture. */
  covered: `drawbox=x=0:y=0:w=iw:h=ih*0.92:color=0x303030:t=fill:${ON},noise=c0s=6:c0f=t:${ON}`,
  /** Out of focus: a Gaussian of σ = 1.5 % of the picture's width: faces and plates are lost, a car is still a car. */
  blurred: `gblur=sigma=${WORKING_WIDTH * 0.015}:steps=2:${ON}`,
  /** 7 % of the light, a tenth of the colour. */
  dark: `lutyuv=y='16+(val-16)*0.07':u='128+(val-128)*0.1':v='128+(val-128)*0.1':${ON},noise=c0s=4:c0f=t:${ON}`,
  /** A low sun: light added around one point, at half its strength after a quarter of the width; about half is white. */
  glare: `geq=lum='min(255,lum(X,Y)+500*exp(-(pow(X-W*0.6,2)+pow(Y-H*0.4,2))/(2*pow(W*0.22,2))))':cb='cb(X,Y)':cr='cr(X,Y)':${ON}`,
  /** The last healthy picture again and again. */
  frozen: `loop=loop=-1:size=1:start=${HEALTHY_S - 1}`,
  /** The view (80 % of the clip's) turns by 7.5 % of its width and 5 % of its height. */
  moved: `crop=w=floor(iw*0.8/2)*2:h=floor(ih*0.8/2)*2:x='iw*if(gte(t,${HEALTHY_S}),0.16,0.1)':y='ih*if(gte(t,${HEALTHY_S}),0.06,0.1)'`,
};
