/* eslint-disable */
// The client of users, generated: do not edit. To make it again:
//   npx kube client add users --from ./clients/users.contract.json

import { generatedClient } from 'servicex/client'

// As JSON, which is read in half the time of code.
const plan = JSON.parse(String.raw`{
  "service": "users",
  "namespace": "users",
  "port": 8080,
  "headless": true,
  "operations": {
    "getUser": {"method":"GET","path":"/users/{id}","ok":{"status":200,"kind":"json"},"errors":{"not_found":{"status":404}},"idempotency":"safe"}
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
if(((((data.active === undefined) && (missing0 = "active")) || ((data.id === undefined) && (missing0 = "id"))) || ((data.name === undefined) && (missing0 = "name"))) || ((data.plan === undefined) && (missing0 = "plan"))){
validate22.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.active !== undefined){
const _errs1 = errors;
if(typeof data.active !== "boolean"){
validate22.errors = [{instancePath:instancePath+"/active",keyword:"type",params:{type: "boolean"}}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.id !== undefined){
let data1 = data.id;
const _errs3 = errors;
if(!(((typeof data1 == "number") && (!(data1 % 1) && !isNaN(data1))) && (isFinite(data1)))){
validate22.errors = [{instancePath:instancePath+"/id",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs3){
if((typeof data1 == "number") && (isFinite(data1))){
if(data1 > 9007199254740991 || isNaN(data1)){
validate22.errors = [{instancePath:instancePath+"/id",keyword:"maximum",params:{}}];
return false;
}
else {
if(data1 < -9007199254740991 || isNaN(data1)){
validate22.errors = [{instancePath:instancePath+"/id",keyword:"minimum",params:{}}];
return false;
}
}
}
}
var valid0 = _errs3 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.name !== undefined){
const _errs5 = errors;
if(typeof data.name !== "string"){
validate22.errors = [{instancePath:instancePath+"/name",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs5 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.plan !== undefined){
const _errs7 = errors;
if(typeof data.plan !== "string"){
validate22.errors = [{instancePath:instancePath+"/plan",keyword:"type",params:{type: "string"}}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
}
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
