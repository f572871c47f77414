/** Nobody leads: signed out, or not yet. Whatever must not be lost is in the store. */
import { Refusal } from "../contract";
import type { Lead } from "../engine/lead";

export class NoLead implements Lead {
  ask(): Promise<never> {
    return Promise.reject(new Refusal("offline"));
  }

  page(): Promise<never> {
    return Promise.reject(new Refusal("offline"));
  }

  queue(): void {}
  retry(): void {}
  discard(): void {}
  seen(): void {}
  look(): void {}
  typing(): void {}
  hurry(): void {}
  returned(): void {}
  leaving(): void {}
}
