// What one person or machine may do, and at which sites: worked out of roles once per request.
import type { Role } from "../../config/role.ts";
import type { Sites } from "../store/scope.ts";
import { EVERYWHERE_ONLY, type Permission, PERMISSIONS, ROLE_PERMISSIONS } from "./permission.ts";

export const EVERYWHERE = "*";

/** A role at one site, or everywhere (`*`). */
export interface Grant {
  readonly role: Role;
  readonly site: string;
}

export class Access {
  readonly #sites: ReadonlyMap<Permission, Sites>;

  private constructor(sites: ReadonlyMap<Permission, Sites>) {
    this.#sites = sites;
  }

  /** `scopes`: no more than these, for a machine's key. */
  static of(grants: readonly Grant[], scopes?: readonly string[]): Access {
    const sites = new Map<Permission, Sites>();
    for (const { role, site } of grants) {
      // A role that this release doesn't know gives nothing.
      const permissions = Object.hasOwn(ROLE_PERMISSIONS, role) ? ROLE_PERMISSIONS[role] : [];
      for (const permission of permissions) {
        if (scopes?.includes(permission) === false) continue;
        if (site !== EVERYWHERE && EVERYWHERE_ONLY.has(permission)) continue;
        const before = sites.get(permission) ?? [];
        sites.set(permission, site === EVERYWHERE || before === "all" ? "all" : [...before, site]);
      }
    }
    return new Access(sites);
  }

  /** Empty where it is held nowhere. */
  sites(permission: Permission): Sites {
    return this.#sites.get(permission) ?? [];
  }

  /** At one site at least. */
  has(permission: Permission): boolean {
    return this.#sites.has(permission);
  }

  /** All that are held somewhere, in the table's order. */
  get permissions(): Permission[] {
    return (Object.keys(PERMISSIONS) as Permission[]).filter((permission) => this.has(permission));
  }
}
