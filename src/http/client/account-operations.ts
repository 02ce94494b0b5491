// The operations of the client API that concern accounts: signing in, registration, devices, profiles, account data,
// filters and push rules.

import type { Identity } from '#domain/identity/identity';
import { changePassword } from '#http/client/change-password';
import { checkUsernameAvailability } from '#http/client/check-username-availability';
import { deactivateAccount } from '#http/client/deactivate-account';
import { defineFilter } from '#http/client/define-filter';
import { deleteDevice } from '#http/client/delete-device';
import { deleteDevices } from '#http/client/delete-devices';
import { deleteProfileField } from '#http/client/delete-profile-field';
import { getAccountData } from '#http/client/get-account-data';
import { getAccountDataPerRoom } from '#http/client/get-account-data-per-room';
import { getDevice } from '#http/client/get-device';
import { getDevices } from '#http/client/get-devices';
import { getFilter } from '#http/client/get-filter';
import { getLoginFlows } from '#http/client/get-login-flows';
import { getProfileField } from '#http/client/get-profile-field';
import { getPushRules } from '#http/client/get-push-rules';
import { getPushRulesGlobal } from '#http/client/get-push-rules-global';
import { getTokenOwner } from '#http/client/get-token-owner';
import { getUserProfile } from '#http/client/get-user-profile';
import { login } from '#http/client/login';
import { logout } from '#http/client/logout';
import { logoutAll } from '#http/client/logout-all';
import { register } from '#http/client/register';
import { registrationTokenValidity } from '#http/client/registration-token-validity';
import { setAccountData } from '#http/client/set-account-data';
import { setAccountDataPerRoom } from '#http/client/set-account-data-per-room';
import { setProfileField } from '#http/client/set-profile-field';
import { updateDevice } from '#http/client/update-device';
import type { Operation } from '#http/operation';
import type { RateLimits } from '#http/rate-limits';

export interface AccountOperationsParts {
  readonly identity: Identity;
  readonly rateLimits: RateLimits;
}

export function accountOperations({ identity, rateLimits }: AccountOperationsParts): Operation[] {
  return [
    changePassword(identity, rateLimits),
    checkUsernameAvailability(identity),
    deactivateAccount(identity, rateLimits),
    defineFilter(identity),
    deleteDevice(identity, rateLimits),
    deleteDevices(identity, rateLimits),
    deleteProfileField(identity),
    getAccountDataPerRoom(identity),
    getAccountData(identity),
    getDevice(identity),
    getDevices(identity),
    getFilter(identity),
    getLoginFlows(),
    getProfileField(identity),
    getPushRulesGlobal(),
    getPushRules(),
    getTokenOwner(),
    getUserProfile(identity),
    login(identity, rateLimits),
    logoutAll(identity),
    logout(identity),
    register(identity),
    registrationTokenValidity(identity),
    setAccountDataPerRoom(identity),
    setAccountData(identity),
    setProfileField(identity),
    updateDevice(identity),
  ];
}
