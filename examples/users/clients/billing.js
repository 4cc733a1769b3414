/* eslint-disable */
// The client of billing, generated: do not edit. To make it again:
//   npx kube client add billing --from ../billing/contract.json

import { generatedClient } from 'servicex/client'

// As JSON, which is read in half the time of code.
const plan = JSON.parse(String.raw`{
  "service": "billing",
  "namespace": "billing",
  "port": 8080,
  "headless": true,
  "operations": {
    "getInvoice": {"method":"GET","path":"/invoices/{id}","ok":{"status":200,"kind":"json"},"errors":{"not_found":{"status":404}},"timeoutMs":2000,"idempotency":"safe"}
  }
}`)

export function billingClient(options) {
  return generatedClient(plan, load, options)
}

const v0 = validate21;

function validate22(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if(((data.cents === undefined) && (missing0 = "cents")) || ((data.id === undefined) && (missing0 = "id"))){
validate22.errors = [{instancePath,keyword:"required",params:{missingProperty: missing0}}];
return false;
}
else {
if(data.cents !== undefined){
let data0 = data.cents;
const _errs1 = errors;
if(!(((typeof data0 == "number") && (!(data0 % 1) && !isNaN(data0))) && (isFinite(data0)))){
validate22.errors = [{instancePath:instancePath+"/cents",keyword:"type",params:{type: "integer"}}];
return false;
}
if(errors === _errs1){
if((typeof data0 == "number") && (isFinite(data0))){
if(data0 > 9007199254740991 || isNaN(data0)){
validate22.errors = [{instancePath:instancePath+"/cents",keyword:"maximum",params:{}}];
return false;
}
else {
if(data0 < -9007199254740991 || isNaN(data0)){
validate22.errors = [{instancePath:instancePath+"/cents",keyword:"minimum",params:{}}];
return false;
}
}
}
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.id !== undefined){
const _errs3 = errors;
if(typeof data.id !== "string"){
validate22.errors = [{instancePath:instancePath+"/id",keyword:"type",params:{type: "string"}}];
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
  getInvoice: { ok: v0 },
}

const load = (name) => validators[name]

export const billing = billingClient()
