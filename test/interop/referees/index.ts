import type { Referee } from '../referee.ts';
import { clerk } from './clerk.ts';
import { discord } from './discord.ts';
import { github } from './github.ts';
import { hubspotReferees } from './hubspot.ts';
import { line } from './line.ts';
import { linear } from './linear.ts';
import { mailgun } from './mailgun.ts';
import { metaReferees } from './meta.ts';
import { notion } from './notion.ts';
import { openaiReferees } from './openai.ts';
import { paddle } from './paddle.ts';
import { polar } from './polar.ts';
import { razorpay } from './razorpay.ts';
import { replicate } from './replicate.ts';
import { resend } from './resend.ts';
import { sendgrid } from './sendgrid.ts';
import { shopify } from './shopify.ts';
import { slack } from './slack.ts';
import { square } from './square.ts';
import { gitlabSigningToken, standardWebhooks } from './standard-webhooks.ts';
import { stripe } from './stripe.ts';
import { svixReferees } from './svix.ts';
import { telegram } from './telegram.ts';
import { gitlab, woocommerce } from './tern.ts';
import { triggerReferees } from './trigger.ts';
import { twilioReferees } from './twilio.ts';
import { zoom } from './zoom.ts';

/** Everyone who judges. The first of a provider judges the signature that it sends unless told otherwise. */
export const referees: readonly Referee[] = [
  stripe,
  github,
  slack,
  shopify,
  ...metaReferees,
  standardWebhooks,
  ...svixReferees,
  ...openaiReferees,
  clerk,
  resend,
  polar,
  replicate,
  gitlab,
  gitlabSigningToken,
  telegram,
  zoom,
  woocommerce,
  razorpay,
  paddle,
  linear,
  notion,
  ...triggerReferees,
  line,
  ...twilioReferees,
  discord,
  sendgrid,
  ...hubspotReferees,
  square,
  mailgun,
];
