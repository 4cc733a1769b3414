/* eslint-disable */
// The client of users, generated: do not edit. To make it again:
//   npx kube client add users --from ../users/contract.json

import { generatedClient } from 'servicex/client'

// As JSON, which is read in half the time of code.
const plan = JSON.parse(String.raw`{
  "service": "users",
  "namespace": "users",
  "port": 8080,
  "headless": true,
  "operations": {
    "getUser": {"method":"GET","path":"/users/{id}","ok":{"status":200,"kind":"json"},"errors":{"not_found":{"status":404}},"timeoutMs":2000,"idempotency":"safe"}
  }
}`)

export function usersClient(options) {
  return generatedClient(plan, load, options)
}

const v0 = validate21;

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.id === undefined) && (missing0 = "id")) || ((data.name === undefined) && (missing0 = "name"))){
validate22.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.id !== undefined){
const _errs1 = errors;
if(typeof data.id !== "string"){
validate22.errors = [{instancePath:instancePath+"/id",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.name !== undefined){
const _errs3 = errors;
if(typeof data.name !== "string"){
validate22.errors = [{instancePath:instancePath+"/name",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
}
}
}
else {
validate22.errors = [{instancePath,keyword:"type",params:{type: "object"}}];
return false;
}
}
validate22.errors = vErrors;
return errors === 0;
}


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(validate22(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate22.errors : vErrors.concat(validate22.errors);
errors = vErrors.length;
}
validate21.errors = vErrors;
return errors === 0;
}

const validators = {
  getUser: { ok: v0 },
}

const load = (name) => validators[name]

export const users = usersClient()
