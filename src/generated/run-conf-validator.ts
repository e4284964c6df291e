// Made by scripts/run-conf-schema.mjs from src/lib/project/conf/run-conf-schema.ts; do not edit.
// @ts-nocheck
/* eslint-disable */

export const validate = validate10;
export default validate10;
const schema11 = {"$schema":"http://json-schema.org/draft-07/schema#","type":"array","items":{"type":"object","properties":{"service":{"type":"string"},"instance":{"type":["string","null"]},"replicas":{"type":"integer","minimum":0,"maximum":100},"instance_type":{"type":"string","enum":["standard","published","persistent","master","debug"]},"linked":{"type":"boolean"},"publish_ports":{"type":"boolean"},"persistent_data":{"type":"boolean"},"persistent_opt":{"type":"boolean"},"persistent_log":{"type":"boolean"},"persistent_home":{"type":"boolean"},"persistent_shared":{"type":"boolean"},"interactive":{"type":"boolean"},"safemode":{"type":"boolean"},"group":{"type":"string"},"autostart":{"type":"boolean"},"autorun":{"type":"boolean"},"hostname":{"type":"string"},"image":{"type":"string"},"platform":{"type":"string"},"build_args":{"type":"object","additionalProperties":{"type":["string","number"]}},"target":{"type":"string"},"labels":{"type":["object","array"],"items":{"type":"string"},"additionalProperties":{"type":["string","number"]}},"env_vars":{"type":"object","propertyNames":{"pattern":"^[A-Za-z_][A-Za-z0-9_.-]*$"},"additionalProperties":{"type":["string","number","null"]}},"env_file":{"type":["string","array"],"items":{"type":"string"}},"secrets":{"type":"array","items":{"type":["string","object"],"pattern":"^[A-Za-z0-9][A-Za-z0-9_.-]*$","properties":{"name":{"type":"string","pattern":"^[A-Za-z0-9][A-Za-z0-9_.-]*$"},"file":{"type":"string"},"variable":{"type":"string"}},"required":["name"],"additionalProperties":false}},"links":{"type":"array","items":{"type":["string","object"],"pattern":"^[^:\\s]+:[^:\\s]+$","properties":{"name":{"type":"string","pattern":"^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$"},"service":{"type":"string"},"instance":{"type":["string","null"]}},"required":["name","service"],"additionalProperties":false}},"ports":{"type":"array","items":{"type":["string","integer"],"pattern":"^(((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{0,5}(-\\d{1,5})?:)?\\d{1,5}(-\\d{1,5})?(/(tcp|udp))?$","minimum":1,"maximum":65535}},"publish_ssh_on":{"type":["string","integer"],"pattern":"^((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{1,5}$","minimum":1,"maximum":65535},"ssh_between":{"type":"boolean"},"network_mode":{"type":"string","enum":["nethost","host"]},"nethost":{"type":"boolean"},"aliases":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$"}},"dns":{"type":["string","array"],"items":{"type":"string"}},"extra_hosts":{"type":["object","array"],"items":{"type":"string"},"additionalProperties":{"type":["string","number"]}},"seed_command":{"type":["string","array"],"items":{"type":"string"}},"user":{"type":["string","integer"]},"working_dir":{"type":"string","pattern":"^/"},"volumes":{"type":["string","array"],"items":{"type":"string"}},"tmpfs":{"type":["string","array"],"items":{"type":"string"}},"init":{"type":"boolean"},"read_only":{"type":"boolean"},"depends_on":{"type":"array","items":{"type":"string"}},"sleep":{"type":"number","minimum":0},"healthcheck":{"type":"object","properties":{"test":{"type":["string","array"],"items":{"type":"string"}},"interval":{"type":["string","number"],"pattern":"^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$","minimum":0},"timeout":{"type":["string","number"],"pattern":"^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$","minimum":0},"start_period":{"type":["string","number"],"pattern":"^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$","minimum":0},"retries":{"type":"integer","minimum":1},"disable":{"type":"boolean"}},"additionalProperties":false},"restart":{"type":"string","enum":["no","always","unless-stopped","on-failure"]},"wait":{"type":"string","enum":["completed"]},"logging":{"type":"object","properties":{"driver":{"type":"string"},"options":{"type":"object","additionalProperties":{"type":["string","number","boolean"]}}},"additionalProperties":false},"stop_grace_period":{"type":["string","number"],"pattern":"^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$","minimum":0},"stop_signal":{"type":"string","pattern":"^(SIG)?[A-Z0-9+-]+$"},"mem_limit":{"type":["string","integer"],"pattern":"^\\d+(\\.\\d+)?\\s*([bkmgBKMG][bB]?)?$","minimum":0},"cpus":{"type":["number","string"],"exclusiveMinimum":0,"pattern":"^\\d*\\.?\\d+$"},"shm_size":{"type":["string","integer"],"pattern":"^\\d+(\\.\\d+)?\\s*([bkmgBKMG][bB]?)?$","minimum":0},"ulimits":{"type":"object","additionalProperties":{"type":["integer","object"],"minimum":-1,"properties":{"soft":{"type":"integer"},"hard":{"type":"integer"}},"required":["soft","hard"],"additionalProperties":false}},"sysctls":{"type":["object","array"],"items":{"type":"string"},"additionalProperties":{"type":["string","number"]}},"cap_add":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z_]+$"}},"cap_drop":{"type":"array","items":{"type":"string","pattern":"^[A-Za-z_]+$"}},"devices":{"type":"array","items":{"type":"string","pattern":"^/[^:]+(:/[^:]+)?(:[rwm]+)?$"}},"privileged":{"type":"boolean"},"security_opt":{"type":"array","items":{"type":"string"}},"runtime":{"type":"string","pattern":"^[A-Za-z0-9][\\w.-]*$"}},"required":["service"],"additionalProperties":false}};
const func2 = Object.prototype.hasOwnProperty;
const pattern0 = new RegExp("^[A-Za-z_][A-Za-z0-9_.-]*$", "");
const pattern1 = new RegExp("^[A-Za-z0-9][A-Za-z0-9_.-]*$", "");
const pattern3 = new RegExp("^[^:\\s]+:[^:\\s]+$", "");
const pattern4 = new RegExp("^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$", "");
const pattern5 = new RegExp("^(((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{0,5}(-\\d{1,5})?:)?\\d{1,5}(-\\d{1,5})?(/(tcp|udp))?$", "");
const pattern6 = new RegExp("^((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{1,5}$", "");
const pattern7 = new RegExp("^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$", "");
const pattern8 = new RegExp("^/", "");
const pattern9 = new RegExp("^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$", "");
const pattern13 = new RegExp("^(SIG)?[A-Z0-9+-]+$", "");
const pattern14 = new RegExp("^\\d+(\\.\\d+)?\\s*([bkmgBKMG][bB]?)?$", "");
const pattern15 = new RegExp("^\\d*\\.?\\d+$", "");
const pattern17 = new RegExp("^[A-Za-z_]+$", "");
const pattern19 = new RegExp("^/[^:]+(:/[^:]+)?(:[rwm]+)?$", "");
const pattern20 = new RegExp("^[A-Za-z0-9][\\w.-]*$", "");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
let data0 = data[i0];
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.service === undefined){
const err0 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/required",keyword:"required",params:{missingProperty: "service"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
for(const key0 in data0){
if(!(func2.call(schema11.items.properties, key0))){
const err1 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data0.service !== undefined){
if(typeof data0.service !== "string"){
const err2 = {instancePath:instancePath+"/" + i0+"/service",schemaPath:"#/items/properties/service/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data0.instance !== undefined){
let data2 = data0.instance;
if((typeof data2 !== "string") && (data2 !== null)){
const err3 = {instancePath:instancePath+"/" + i0+"/instance",schemaPath:"#/items/properties/instance/type",keyword:"type",params:{type: schema11.items.properties.instance.type}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data0.replicas !== undefined){
let data3 = data0.replicas;
if(!(((typeof data3 == "number") && (!(data3 % 1) && !isNaN(data3))) && (isFinite(data3)))){
const err4 = {instancePath:instancePath+"/" + i0+"/replicas",schemaPath:"#/items/properties/replicas/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if((typeof data3 == "number") && (isFinite(data3))){
if(data3 > 100 || isNaN(data3)){
const err5 = {instancePath:instancePath+"/" + i0+"/replicas",schemaPath:"#/items/properties/replicas/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(data3 < 0 || isNaN(data3)){
const err6 = {instancePath:instancePath+"/" + i0+"/replicas",schemaPath:"#/items/properties/replicas/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
if(data0.instance_type !== undefined){
let data4 = data0.instance_type;
if(typeof data4 !== "string"){
const err7 = {instancePath:instancePath+"/" + i0+"/instance_type",schemaPath:"#/items/properties/instance_type/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!(((((data4 === "standard") || (data4 === "published")) || (data4 === "persistent")) || (data4 === "master")) || (data4 === "debug"))){
const err8 = {instancePath:instancePath+"/" + i0+"/instance_type",schemaPath:"#/items/properties/instance_type/enum",keyword:"enum",params:{allowedValues: schema11.items.properties.instance_type.enum}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data0.linked !== undefined){
if(typeof data0.linked !== "boolean"){
const err9 = {instancePath:instancePath+"/" + i0+"/linked",schemaPath:"#/items/properties/linked/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data0.publish_ports !== undefined){
if(typeof data0.publish_ports !== "boolean"){
const err10 = {instancePath:instancePath+"/" + i0+"/publish_ports",schemaPath:"#/items/properties/publish_ports/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data0.persistent_data !== undefined){
if(typeof data0.persistent_data !== "boolean"){
const err11 = {instancePath:instancePath+"/" + i0+"/persistent_data",schemaPath:"#/items/properties/persistent_data/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data0.persistent_opt !== undefined){
if(typeof data0.persistent_opt !== "boolean"){
const err12 = {instancePath:instancePath+"/" + i0+"/persistent_opt",schemaPath:"#/items/properties/persistent_opt/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data0.persistent_log !== undefined){
if(typeof data0.persistent_log !== "boolean"){
const err13 = {instancePath:instancePath+"/" + i0+"/persistent_log",schemaPath:"#/items/properties/persistent_log/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data0.persistent_home !== undefined){
if(typeof data0.persistent_home !== "boolean"){
const err14 = {instancePath:instancePath+"/" + i0+"/persistent_home",schemaPath:"#/items/properties/persistent_home/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data0.persistent_shared !== undefined){
if(typeof data0.persistent_shared !== "boolean"){
const err15 = {instancePath:instancePath+"/" + i0+"/persistent_shared",schemaPath:"#/items/properties/persistent_shared/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data0.interactive !== undefined){
if(typeof data0.interactive !== "boolean"){
const err16 = {instancePath:instancePath+"/" + i0+"/interactive",schemaPath:"#/items/properties/interactive/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data0.safemode !== undefined){
if(typeof data0.safemode !== "boolean"){
const err17 = {instancePath:instancePath+"/" + i0+"/safemode",schemaPath:"#/items/properties/safemode/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data0.group !== undefined){
if(typeof data0.group !== "string"){
const err18 = {instancePath:instancePath+"/" + i0+"/group",schemaPath:"#/items/properties/group/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data0.autostart !== undefined){
if(typeof data0.autostart !== "boolean"){
const err19 = {instancePath:instancePath+"/" + i0+"/autostart",schemaPath:"#/items/properties/autostart/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data0.autorun !== undefined){
if(typeof data0.autorun !== "boolean"){
const err20 = {instancePath:instancePath+"/" + i0+"/autorun",schemaPath:"#/items/properties/autorun/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data0.hostname !== undefined){
if(typeof data0.hostname !== "string"){
const err21 = {instancePath:instancePath+"/" + i0+"/hostname",schemaPath:"#/items/properties/hostname/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data0.image !== undefined){
if(typeof data0.image !== "string"){
const err22 = {instancePath:instancePath+"/" + i0+"/image",schemaPath:"#/items/properties/image/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data0.platform !== undefined){
if(typeof data0.platform !== "string"){
const err23 = {instancePath:instancePath+"/" + i0+"/platform",schemaPath:"#/items/properties/platform/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data0.build_args !== undefined){
let data20 = data0.build_args;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
for(const key1 in data20){
let data21 = data20[key1];
if((typeof data21 !== "string") && (!((typeof data21 == "number") && (isFinite(data21))))){
const err24 = {instancePath:instancePath+"/" + i0+"/build_args/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/build_args/additionalProperties/type",keyword:"type",params:{type: schema11.items.properties.build_args.additionalProperties.type}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath:instancePath+"/" + i0+"/build_args",schemaPath:"#/items/properties/build_args/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data0.target !== undefined){
if(typeof data0.target !== "string"){
const err26 = {instancePath:instancePath+"/" + i0+"/target",schemaPath:"#/items/properties/target/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data0.labels !== undefined){
let data23 = data0.labels;
if(!data23 || typeof data23 != "object"){
const err27 = {instancePath:instancePath+"/" + i0+"/labels",schemaPath:"#/items/properties/labels/type",keyword:"type",params:{type: schema11.items.properties.labels.type}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
if(Array.isArray(data23)){
const len1 = data23.length;
for(let i1=0; i1<len1; i1++){
if(typeof data23[i1] !== "string"){
const err28 = {instancePath:instancePath+"/" + i0+"/labels/" + i1,schemaPath:"#/items/properties/labels/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
for(const key2 in data23){
let data25 = data23[key2];
if((typeof data25 !== "string") && (!((typeof data25 == "number") && (isFinite(data25))))){
const err29 = {instancePath:instancePath+"/" + i0+"/labels/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/labels/additionalProperties/type",keyword:"type",params:{type: schema11.items.properties.labels.additionalProperties.type}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
}
if(data0.env_vars !== undefined){
let data26 = data0.env_vars;
if(data26 && typeof data26 == "object" && !Array.isArray(data26)){
for(const key3 in data26){
const _errs58 = errors;
if(typeof key3 === "string"){
if(!pattern0.test(key3)){
const err30 = {instancePath:instancePath+"/" + i0+"/env_vars",schemaPath:"#/items/properties/env_vars/propertyNames/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_][A-Za-z0-9_.-]*$"},propertyName:key3};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
var valid7 = _errs58 === errors;
if(!valid7){
const err31 = {instancePath:instancePath+"/" + i0+"/env_vars",schemaPath:"#/items/properties/env_vars/propertyNames",keyword:"propertyNames",params:{propertyName: key3}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
for(const key4 in data26){
let data27 = data26[key4];
if(((typeof data27 !== "string") && (!((typeof data27 == "number") && (isFinite(data27))))) && (data27 !== null)){
const err32 = {instancePath:instancePath+"/" + i0+"/env_vars/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/env_vars/additionalProperties/type",keyword:"type",params:{type: schema11.items.properties.env_vars.additionalProperties.type}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
else {
const err33 = {instancePath:instancePath+"/" + i0+"/env_vars",schemaPath:"#/items/properties/env_vars/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data0.env_file !== undefined){
let data28 = data0.env_file;
if((typeof data28 !== "string") && (!(Array.isArray(data28)))){
const err34 = {instancePath:instancePath+"/" + i0+"/env_file",schemaPath:"#/items/properties/env_file/type",keyword:"type",params:{type: schema11.items.properties.env_file.type}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(Array.isArray(data28)){
const len2 = data28.length;
for(let i2=0; i2<len2; i2++){
if(typeof data28[i2] !== "string"){
const err35 = {instancePath:instancePath+"/" + i0+"/env_file/" + i2,schemaPath:"#/items/properties/env_file/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
}
if(data0.secrets !== undefined){
let data30 = data0.secrets;
if(Array.isArray(data30)){
const len3 = data30.length;
for(let i3=0; i3<len3; i3++){
let data31 = data30[i3];
if((typeof data31 !== "string") && (!(data31 && typeof data31 == "object" && !Array.isArray(data31)))){
const err36 = {instancePath:instancePath+"/" + i0+"/secrets/" + i3,schemaPath:"#/items/properties/secrets/items/type",keyword:"type",params:{type: schema11.items.properties.secrets.items.type}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(typeof data31 === "string"){
if(!pattern1.test(data31)){
const err37 = {instancePath:instancePath+"/" + i0+"/secrets/" + i3,schemaPath:"#/items/properties/secrets/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]*$"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
if(data31.name === undefined){
const err38 = {instancePath:instancePath+"/" + i0+"/secrets/" + i3,schemaPath:"#/items/properties/secrets/items/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
for(const key5 in data31){
if(!(((key5 === "name") || (key5 === "file")) || (key5 === "variable"))){
const err39 = {instancePath:instancePath+"/" + i0+"/secrets/" + i3,schemaPath:"#/items/properties/secrets/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data31.name !== undefined){
let data32 = data31.name;
if(typeof data32 === "string"){
if(!pattern1.test(data32)){
const err40 = {instancePath:instancePath+"/" + i0+"/secrets/" + i3+"/name",schemaPath:"#/items/properties/secrets/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]*$"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
else {
const err41 = {instancePath:instancePath+"/" + i0+"/secrets/" + i3+"/name",schemaPath:"#/items/properties/secrets/items/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data31.file !== undefined){
if(typeof data31.file !== "string"){
const err42 = {instancePath:instancePath+"/" + i0+"/secrets/" + i3+"/file",schemaPath:"#/items/properties/secrets/items/properties/file/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data31.variable !== undefined){
if(typeof data31.variable !== "string"){
const err43 = {instancePath:instancePath+"/" + i0+"/secrets/" + i3+"/variable",schemaPath:"#/items/properties/secrets/items/properties/variable/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
}
}
else {
const err44 = {instancePath:instancePath+"/" + i0+"/secrets",schemaPath:"#/items/properties/secrets/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data0.links !== undefined){
let data35 = data0.links;
if(Array.isArray(data35)){
const len4 = data35.length;
for(let i4=0; i4<len4; i4++){
let data36 = data35[i4];
if((typeof data36 !== "string") && (!(data36 && typeof data36 == "object" && !Array.isArray(data36)))){
const err45 = {instancePath:instancePath+"/" + i0+"/links/" + i4,schemaPath:"#/items/properties/links/items/type",keyword:"type",params:{type: schema11.items.properties.links.items.type}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(typeof data36 === "string"){
if(!pattern3.test(data36)){
const err46 = {instancePath:instancePath+"/" + i0+"/links/" + i4,schemaPath:"#/items/properties/links/items/pattern",keyword:"pattern",params:{pattern: "^[^:\\s]+:[^:\\s]+$"}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.name === undefined){
const err47 = {instancePath:instancePath+"/" + i0+"/links/" + i4,schemaPath:"#/items/properties/links/items/required",keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(data36.service === undefined){
const err48 = {instancePath:instancePath+"/" + i0+"/links/" + i4,schemaPath:"#/items/properties/links/items/required",keyword:"required",params:{missingProperty: "service"}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
for(const key6 in data36){
if(!(((key6 === "name") || (key6 === "service")) || (key6 === "instance"))){
const err49 = {instancePath:instancePath+"/" + i0+"/links/" + i4,schemaPath:"#/items/properties/links/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data36.name !== undefined){
let data37 = data36.name;
if(typeof data37 === "string"){
if(!pattern4.test(data37)){
const err50 = {instancePath:instancePath+"/" + i0+"/links/" + i4+"/name",schemaPath:"#/items/properties/links/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$"}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
else {
const err51 = {instancePath:instancePath+"/" + i0+"/links/" + i4+"/name",schemaPath:"#/items/properties/links/items/properties/name/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data36.service !== undefined){
if(typeof data36.service !== "string"){
const err52 = {instancePath:instancePath+"/" + i0+"/links/" + i4+"/service",schemaPath:"#/items/properties/links/items/properties/service/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
if(data36.instance !== undefined){
let data39 = data36.instance;
if((typeof data39 !== "string") && (data39 !== null)){
const err53 = {instancePath:instancePath+"/" + i0+"/links/" + i4+"/instance",schemaPath:"#/items/properties/links/items/properties/instance/type",keyword:"type",params:{type: schema11.items.properties.links.items.properties.instance.type}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
}
}
}
else {
const err54 = {instancePath:instancePath+"/" + i0+"/links",schemaPath:"#/items/properties/links/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data0.ports !== undefined){
let data40 = data0.ports;
if(Array.isArray(data40)){
const len5 = data40.length;
for(let i5=0; i5<len5; i5++){
let data41 = data40[i5];
if((typeof data41 !== "string") && (!(((typeof data41 == "number") && (!(data41 % 1) && !isNaN(data41))) && (isFinite(data41))))){
const err55 = {instancePath:instancePath+"/" + i0+"/ports/" + i5,schemaPath:"#/items/properties/ports/items/type",keyword:"type",params:{type: schema11.items.properties.ports.items.type}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if((typeof data41 == "number") && (isFinite(data41))){
if(data41 > 65535 || isNaN(data41)){
const err56 = {instancePath:instancePath+"/" + i0+"/ports/" + i5,schemaPath:"#/items/properties/ports/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(data41 < 1 || isNaN(data41)){
const err57 = {instancePath:instancePath+"/" + i0+"/ports/" + i5,schemaPath:"#/items/properties/ports/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
if(typeof data41 === "string"){
if(!pattern5.test(data41)){
const err58 = {instancePath:instancePath+"/" + i0+"/ports/" + i5,schemaPath:"#/items/properties/ports/items/pattern",keyword:"pattern",params:{pattern: "^(((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{0,5}(-\\d{1,5})?:)?\\d{1,5}(-\\d{1,5})?(/(tcp|udp))?$"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
}
else {
const err59 = {instancePath:instancePath+"/" + i0+"/ports",schemaPath:"#/items/properties/ports/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data0.publish_ssh_on !== undefined){
let data42 = data0.publish_ssh_on;
if((typeof data42 !== "string") && (!(((typeof data42 == "number") && (!(data42 % 1) && !isNaN(data42))) && (isFinite(data42))))){
const err60 = {instancePath:instancePath+"/" + i0+"/publish_ssh_on",schemaPath:"#/items/properties/publish_ssh_on/type",keyword:"type",params:{type: schema11.items.properties.publish_ssh_on.type}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if((typeof data42 == "number") && (isFinite(data42))){
if(data42 > 65535 || isNaN(data42)){
const err61 = {instancePath:instancePath+"/" + i0+"/publish_ssh_on",schemaPath:"#/items/properties/publish_ssh_on/maximum",keyword:"maximum",params:{comparison: "<=", limit: 65535}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if(data42 < 1 || isNaN(data42)){
const err62 = {instancePath:instancePath+"/" + i0+"/publish_ssh_on",schemaPath:"#/items/properties/publish_ssh_on/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(typeof data42 === "string"){
if(!pattern6.test(data42)){
const err63 = {instancePath:instancePath+"/" + i0+"/publish_ssh_on",schemaPath:"#/items/properties/publish_ssh_on/pattern",keyword:"pattern",params:{pattern: "^((\\d{1,3}\\.){3}\\d{1,3}:)?\\d{1,5}$"}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
if(data0.ssh_between !== undefined){
if(typeof data0.ssh_between !== "boolean"){
const err64 = {instancePath:instancePath+"/" + i0+"/ssh_between",schemaPath:"#/items/properties/ssh_between/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
if(data0.network_mode !== undefined){
let data44 = data0.network_mode;
if(typeof data44 !== "string"){
const err65 = {instancePath:instancePath+"/" + i0+"/network_mode",schemaPath:"#/items/properties/network_mode/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
if(!((data44 === "nethost") || (data44 === "host"))){
const err66 = {instancePath:instancePath+"/" + i0+"/network_mode",schemaPath:"#/items/properties/network_mode/enum",keyword:"enum",params:{allowedValues: schema11.items.properties.network_mode.enum}};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
}
if(data0.nethost !== undefined){
if(typeof data0.nethost !== "boolean"){
const err67 = {instancePath:instancePath+"/" + i0+"/nethost",schemaPath:"#/items/properties/nethost/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
}
if(data0.aliases !== undefined){
let data46 = data0.aliases;
if(Array.isArray(data46)){
const len6 = data46.length;
for(let i6=0; i6<len6; i6++){
let data47 = data46[i6];
if(typeof data47 === "string"){
if(!pattern7.test(data47)){
const err68 = {instancePath:instancePath+"/" + i0+"/aliases/" + i6,schemaPath:"#/items/properties/aliases/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$"}};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/" + i0+"/aliases/" + i6,schemaPath:"#/items/properties/aliases/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
}
else {
const err70 = {instancePath:instancePath+"/" + i0+"/aliases",schemaPath:"#/items/properties/aliases/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
}
if(data0.dns !== undefined){
let data48 = data0.dns;
if((typeof data48 !== "string") && (!(Array.isArray(data48)))){
const err71 = {instancePath:instancePath+"/" + i0+"/dns",schemaPath:"#/items/properties/dns/type",keyword:"type",params:{type: schema11.items.properties.dns.type}};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
if(Array.isArray(data48)){
const len7 = data48.length;
for(let i7=0; i7<len7; i7++){
if(typeof data48[i7] !== "string"){
const err72 = {instancePath:instancePath+"/" + i0+"/dns/" + i7,schemaPath:"#/items/properties/dns/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
}
}
if(data0.extra_hosts !== undefined){
let data50 = data0.extra_hosts;
if(!data50 || typeof data50 != "object"){
const err73 = {instancePath:instancePath+"/" + i0+"/extra_hosts",schemaPath:"#/items/properties/extra_hosts/type",keyword:"type",params:{type: schema11.items.properties.extra_hosts.type}};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
if(Array.isArray(data50)){
const len8 = data50.length;
for(let i8=0; i8<len8; i8++){
if(typeof data50[i8] !== "string"){
const err74 = {instancePath:instancePath+"/" + i0+"/extra_hosts/" + i8,schemaPath:"#/items/properties/extra_hosts/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
if(data50 && typeof data50 == "object" && !Array.isArray(data50)){
for(const key7 in data50){
let data52 = data50[key7];
if((typeof data52 !== "string") && (!((typeof data52 == "number") && (isFinite(data52))))){
const err75 = {instancePath:instancePath+"/" + i0+"/extra_hosts/" + key7.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/extra_hosts/additionalProperties/type",keyword:"type",params:{type: schema11.items.properties.extra_hosts.additionalProperties.type}};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
}
}
if(data0.seed_command !== undefined){
let data53 = data0.seed_command;
if((typeof data53 !== "string") && (!(Array.isArray(data53)))){
const err76 = {instancePath:instancePath+"/" + i0+"/seed_command",schemaPath:"#/items/properties/seed_command/type",keyword:"type",params:{type: schema11.items.properties.seed_command.type}};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
if(Array.isArray(data53)){
const len9 = data53.length;
for(let i9=0; i9<len9; i9++){
if(typeof data53[i9] !== "string"){
const err77 = {instancePath:instancePath+"/" + i0+"/seed_command/" + i9,schemaPath:"#/items/properties/seed_command/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
}
}
if(data0.user !== undefined){
let data55 = data0.user;
if((typeof data55 !== "string") && (!(((typeof data55 == "number") && (!(data55 % 1) && !isNaN(data55))) && (isFinite(data55))))){
const err78 = {instancePath:instancePath+"/" + i0+"/user",schemaPath:"#/items/properties/user/type",keyword:"type",params:{type: schema11.items.properties.user.type}};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
}
if(data0.working_dir !== undefined){
let data56 = data0.working_dir;
if(typeof data56 === "string"){
if(!pattern8.test(data56)){
const err79 = {instancePath:instancePath+"/" + i0+"/working_dir",schemaPath:"#/items/properties/working_dir/pattern",keyword:"pattern",params:{pattern: "^/"}};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
else {
const err80 = {instancePath:instancePath+"/" + i0+"/working_dir",schemaPath:"#/items/properties/working_dir/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
}
if(data0.volumes !== undefined){
let data57 = data0.volumes;
if((typeof data57 !== "string") && (!(Array.isArray(data57)))){
const err81 = {instancePath:instancePath+"/" + i0+"/volumes",schemaPath:"#/items/properties/volumes/type",keyword:"type",params:{type: schema11.items.properties.volumes.type}};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
if(Array.isArray(data57)){
const len10 = data57.length;
for(let i10=0; i10<len10; i10++){
if(typeof data57[i10] !== "string"){
const err82 = {instancePath:instancePath+"/" + i0+"/volumes/" + i10,schemaPath:"#/items/properties/volumes/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
}
}
}
if(data0.tmpfs !== undefined){
let data59 = data0.tmpfs;
if((typeof data59 !== "string") && (!(Array.isArray(data59)))){
const err83 = {instancePath:instancePath+"/" + i0+"/tmpfs",schemaPath:"#/items/properties/tmpfs/type",keyword:"type",params:{type: schema11.items.properties.tmpfs.type}};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
if(Array.isArray(data59)){
const len11 = data59.length;
for(let i11=0; i11<len11; i11++){
if(typeof data59[i11] !== "string"){
const err84 = {instancePath:instancePath+"/" + i0+"/tmpfs/" + i11,schemaPath:"#/items/properties/tmpfs/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
}
}
}
if(data0.init !== undefined){
if(typeof data0.init !== "boolean"){
const err85 = {instancePath:instancePath+"/" + i0+"/init",schemaPath:"#/items/properties/init/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
}
if(data0.read_only !== undefined){
if(typeof data0.read_only !== "boolean"){
const err86 = {instancePath:instancePath+"/" + i0+"/read_only",schemaPath:"#/items/properties/read_only/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
if(data0.depends_on !== undefined){
let data63 = data0.depends_on;
if(Array.isArray(data63)){
const len12 = data63.length;
for(let i12=0; i12<len12; i12++){
if(typeof data63[i12] !== "string"){
const err87 = {instancePath:instancePath+"/" + i0+"/depends_on/" + i12,schemaPath:"#/items/properties/depends_on/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
}
else {
const err88 = {instancePath:instancePath+"/" + i0+"/depends_on",schemaPath:"#/items/properties/depends_on/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
}
if(data0.sleep !== undefined){
let data65 = data0.sleep;
if((typeof data65 == "number") && (isFinite(data65))){
if(data65 < 0 || isNaN(data65)){
const err89 = {instancePath:instancePath+"/" + i0+"/sleep",schemaPath:"#/items/properties/sleep/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
}
else {
const err90 = {instancePath:instancePath+"/" + i0+"/sleep",schemaPath:"#/items/properties/sleep/type",keyword:"type",params:{type: "number"}};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
if(data0.healthcheck !== undefined){
let data66 = data0.healthcheck;
if(data66 && typeof data66 == "object" && !Array.isArray(data66)){
for(const key8 in data66){
if(!((((((key8 === "test") || (key8 === "interval")) || (key8 === "timeout")) || (key8 === "start_period")) || (key8 === "retries")) || (key8 === "disable"))){
const err91 = {instancePath:instancePath+"/" + i0+"/healthcheck",schemaPath:"#/items/properties/healthcheck/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8}};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data66.test !== undefined){
let data67 = data66.test;
if((typeof data67 !== "string") && (!(Array.isArray(data67)))){
const err92 = {instancePath:instancePath+"/" + i0+"/healthcheck/test",schemaPath:"#/items/properties/healthcheck/properties/test/type",keyword:"type",params:{type: schema11.items.properties.healthcheck.properties.test.type}};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
if(Array.isArray(data67)){
const len13 = data67.length;
for(let i13=0; i13<len13; i13++){
if(typeof data67[i13] !== "string"){
const err93 = {instancePath:instancePath+"/" + i0+"/healthcheck/test/" + i13,schemaPath:"#/items/properties/healthcheck/properties/test/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
}
}
}
if(data66.interval !== undefined){
let data69 = data66.interval;
if((typeof data69 !== "string") && (!((typeof data69 == "number") && (isFinite(data69))))){
const err94 = {instancePath:instancePath+"/" + i0+"/healthcheck/interval",schemaPath:"#/items/properties/healthcheck/properties/interval/type",keyword:"type",params:{type: schema11.items.properties.healthcheck.properties.interval.type}};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if((typeof data69 == "number") && (isFinite(data69))){
if(data69 < 0 || isNaN(data69)){
const err95 = {instancePath:instancePath+"/" + i0+"/healthcheck/interval",schemaPath:"#/items/properties/healthcheck/properties/interval/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
if(typeof data69 === "string"){
if(!pattern9.test(data69)){
const err96 = {instancePath:instancePath+"/" + i0+"/healthcheck/interval",schemaPath:"#/items/properties/healthcheck/properties/interval/pattern",keyword:"pattern",params:{pattern: "^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$"}};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
}
if(data66.timeout !== undefined){
let data70 = data66.timeout;
if((typeof data70 !== "string") && (!((typeof data70 == "number") && (isFinite(data70))))){
const err97 = {instancePath:instancePath+"/" + i0+"/healthcheck/timeout",schemaPath:"#/items/properties/healthcheck/properties/timeout/type",keyword:"type",params:{type: schema11.items.properties.healthcheck.properties.timeout.type}};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if((typeof data70 == "number") && (isFinite(data70))){
if(data70 < 0 || isNaN(data70)){
const err98 = {instancePath:instancePath+"/" + i0+"/healthcheck/timeout",schemaPath:"#/items/properties/healthcheck/properties/timeout/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
}
if(typeof data70 === "string"){
if(!pattern9.test(data70)){
const err99 = {instancePath:instancePath+"/" + i0+"/healthcheck/timeout",schemaPath:"#/items/properties/healthcheck/properties/timeout/pattern",keyword:"pattern",params:{pattern: "^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$"}};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
}
}
if(data66.start_period !== undefined){
let data71 = data66.start_period;
if((typeof data71 !== "string") && (!((typeof data71 == "number") && (isFinite(data71))))){
const err100 = {instancePath:instancePath+"/" + i0+"/healthcheck/start_period",schemaPath:"#/items/properties/healthcheck/properties/start_period/type",keyword:"type",params:{type: schema11.items.properties.healthcheck.properties.start_period.type}};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
if((typeof data71 == "number") && (isFinite(data71))){
if(data71 < 0 || isNaN(data71)){
const err101 = {instancePath:instancePath+"/" + i0+"/healthcheck/start_period",schemaPath:"#/items/properties/healthcheck/properties/start_period/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
if(typeof data71 === "string"){
if(!pattern9.test(data71)){
const err102 = {instancePath:instancePath+"/" + i0+"/healthcheck/start_period",schemaPath:"#/items/properties/healthcheck/properties/start_period/pattern",keyword:"pattern",params:{pattern: "^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$"}};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
}
if(data66.retries !== undefined){
let data72 = data66.retries;
if(!(((typeof data72 == "number") && (!(data72 % 1) && !isNaN(data72))) && (isFinite(data72)))){
const err103 = {instancePath:instancePath+"/" + i0+"/healthcheck/retries",schemaPath:"#/items/properties/healthcheck/properties/retries/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
if((typeof data72 == "number") && (isFinite(data72))){
if(data72 < 1 || isNaN(data72)){
const err104 = {instancePath:instancePath+"/" + i0+"/healthcheck/retries",schemaPath:"#/items/properties/healthcheck/properties/retries/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
}
if(data66.disable !== undefined){
if(typeof data66.disable !== "boolean"){
const err105 = {instancePath:instancePath+"/" + i0+"/healthcheck/disable",schemaPath:"#/items/properties/healthcheck/properties/disable/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
}
}
else {
const err106 = {instancePath:instancePath+"/" + i0+"/healthcheck",schemaPath:"#/items/properties/healthcheck/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
}
if(data0.restart !== undefined){
let data74 = data0.restart;
if(typeof data74 !== "string"){
const err107 = {instancePath:instancePath+"/" + i0+"/restart",schemaPath:"#/items/properties/restart/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
if(!((((data74 === "no") || (data74 === "always")) || (data74 === "unless-stopped")) || (data74 === "on-failure"))){
const err108 = {instancePath:instancePath+"/" + i0+"/restart",schemaPath:"#/items/properties/restart/enum",keyword:"enum",params:{allowedValues: schema11.items.properties.restart.enum}};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
}
if(data0.wait !== undefined){
let data75 = data0.wait;
if(typeof data75 !== "string"){
const err109 = {instancePath:instancePath+"/" + i0+"/wait",schemaPath:"#/items/properties/wait/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
if(!(data75 === "completed")){
const err110 = {instancePath:instancePath+"/" + i0+"/wait",schemaPath:"#/items/properties/wait/enum",keyword:"enum",params:{allowedValues: schema11.items.properties.wait.enum}};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
if(data0.logging !== undefined){
let data76 = data0.logging;
if(data76 && typeof data76 == "object" && !Array.isArray(data76)){
for(const key9 in data76){
if(!((key9 === "driver") || (key9 === "options"))){
const err111 = {instancePath:instancePath+"/" + i0+"/logging",schemaPath:"#/items/properties/logging/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9}};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data76.driver !== undefined){
if(typeof data76.driver !== "string"){
const err112 = {instancePath:instancePath+"/" + i0+"/logging/driver",schemaPath:"#/items/properties/logging/properties/driver/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
}
if(data76.options !== undefined){
let data78 = data76.options;
if(data78 && typeof data78 == "object" && !Array.isArray(data78)){
for(const key10 in data78){
let data79 = data78[key10];
if(((typeof data79 !== "string") && (!((typeof data79 == "number") && (isFinite(data79))))) && (typeof data79 !== "boolean")){
const err113 = {instancePath:instancePath+"/" + i0+"/logging/options/" + key10.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/logging/properties/options/additionalProperties/type",keyword:"type",params:{type: schema11.items.properties.logging.properties.options.additionalProperties.type}};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
}
}
else {
const err114 = {instancePath:instancePath+"/" + i0+"/logging/options",schemaPath:"#/items/properties/logging/properties/options/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
}
else {
const err115 = {instancePath:instancePath+"/" + i0+"/logging",schemaPath:"#/items/properties/logging/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
if(data0.stop_grace_period !== undefined){
let data80 = data0.stop_grace_period;
if((typeof data80 !== "string") && (!((typeof data80 == "number") && (isFinite(data80))))){
const err116 = {instancePath:instancePath+"/" + i0+"/stop_grace_period",schemaPath:"#/items/properties/stop_grace_period/type",keyword:"type",params:{type: schema11.items.properties.stop_grace_period.type}};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
if((typeof data80 == "number") && (isFinite(data80))){
if(data80 < 0 || isNaN(data80)){
const err117 = {instancePath:instancePath+"/" + i0+"/stop_grace_period",schemaPath:"#/items/properties/stop_grace_period/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
}
if(typeof data80 === "string"){
if(!pattern9.test(data80)){
const err118 = {instancePath:instancePath+"/" + i0+"/stop_grace_period",schemaPath:"#/items/properties/stop_grace_period/pattern",keyword:"pattern",params:{pattern: "^(\\d+(\\.\\d+)?(us|ms|s|m|h))+$"}};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
}
}
if(data0.stop_signal !== undefined){
let data81 = data0.stop_signal;
if(typeof data81 === "string"){
if(!pattern13.test(data81)){
const err119 = {instancePath:instancePath+"/" + i0+"/stop_signal",schemaPath:"#/items/properties/stop_signal/pattern",keyword:"pattern",params:{pattern: "^(SIG)?[A-Z0-9+-]+$"}};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
else {
const err120 = {instancePath:instancePath+"/" + i0+"/stop_signal",schemaPath:"#/items/properties/stop_signal/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data0.mem_limit !== undefined){
let data82 = data0.mem_limit;
if((typeof data82 !== "string") && (!(((typeof data82 == "number") && (!(data82 % 1) && !isNaN(data82))) && (isFinite(data82))))){
const err121 = {instancePath:instancePath+"/" + i0+"/mem_limit",schemaPath:"#/items/properties/mem_limit/type",keyword:"type",params:{type: schema11.items.properties.mem_limit.type}};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
if((typeof data82 == "number") && (isFinite(data82))){
if(data82 < 0 || isNaN(data82)){
const err122 = {instancePath:instancePath+"/" + i0+"/mem_limit",schemaPath:"#/items/properties/mem_limit/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
}
if(typeof data82 === "string"){
if(!pattern14.test(data82)){
const err123 = {instancePath:instancePath+"/" + i0+"/mem_limit",schemaPath:"#/items/properties/mem_limit/pattern",keyword:"pattern",params:{pattern: "^\\d+(\\.\\d+)?\\s*([bkmgBKMG][bB]?)?$"}};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
}
}
if(data0.cpus !== undefined){
let data83 = data0.cpus;
if((!((typeof data83 == "number") && (isFinite(data83)))) && (typeof data83 !== "string")){
const err124 = {instancePath:instancePath+"/" + i0+"/cpus",schemaPath:"#/items/properties/cpus/type",keyword:"type",params:{type: schema11.items.properties.cpus.type}};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
if((typeof data83 == "number") && (isFinite(data83))){
if(data83 <= 0 || isNaN(data83)){
const err125 = {instancePath:instancePath+"/" + i0+"/cpus",schemaPath:"#/items/properties/cpus/exclusiveMinimum",keyword:"exclusiveMinimum",params:{comparison: ">", limit: 0}};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
if(typeof data83 === "string"){
if(!pattern15.test(data83)){
const err126 = {instancePath:instancePath+"/" + i0+"/cpus",schemaPath:"#/items/properties/cpus/pattern",keyword:"pattern",params:{pattern: "^\\d*\\.?\\d+$"}};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
}
if(data0.shm_size !== undefined){
let data84 = data0.shm_size;
if((typeof data84 !== "string") && (!(((typeof data84 == "number") && (!(data84 % 1) && !isNaN(data84))) && (isFinite(data84))))){
const err127 = {instancePath:instancePath+"/" + i0+"/shm_size",schemaPath:"#/items/properties/shm_size/type",keyword:"type",params:{type: schema11.items.properties.shm_size.type}};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
if((typeof data84 == "number") && (isFinite(data84))){
if(data84 < 0 || isNaN(data84)){
const err128 = {instancePath:instancePath+"/" + i0+"/shm_size",schemaPath:"#/items/properties/shm_size/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
if(typeof data84 === "string"){
if(!pattern14.test(data84)){
const err129 = {instancePath:instancePath+"/" + i0+"/shm_size",schemaPath:"#/items/properties/shm_size/pattern",keyword:"pattern",params:{pattern: "^\\d+(\\.\\d+)?\\s*([bkmgBKMG][bB]?)?$"}};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
}
}
if(data0.ulimits !== undefined){
let data85 = data0.ulimits;
if(data85 && typeof data85 == "object" && !Array.isArray(data85)){
for(const key11 in data85){
let data86 = data85[key11];
if((!(((typeof data86 == "number") && (!(data86 % 1) && !isNaN(data86))) && (isFinite(data86)))) && (!(data86 && typeof data86 == "object" && !Array.isArray(data86)))){
const err130 = {instancePath:instancePath+"/" + i0+"/ulimits/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/ulimits/additionalProperties/type",keyword:"type",params:{type: schema11.items.properties.ulimits.additionalProperties.type}};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
if((typeof data86 == "number") && (isFinite(data86))){
if(data86 < -1 || isNaN(data86)){
const err131 = {instancePath:instancePath+"/" + i0+"/ulimits/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/ulimits/additionalProperties/minimum",keyword:"minimum",params:{comparison: ">=", limit: -1}};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
}
if(data86 && typeof data86 == "object" && !Array.isArray(data86)){
if(data86.soft === undefined){
const err132 = {instancePath:instancePath+"/" + i0+"/ulimits/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/ulimits/additionalProperties/required",keyword:"required",params:{missingProperty: "soft"}};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
if(data86.hard === undefined){
const err133 = {instancePath:instancePath+"/" + i0+"/ulimits/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/ulimits/additionalProperties/required",keyword:"required",params:{missingProperty: "hard"}};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
for(const key12 in data86){
if(!((key12 === "soft") || (key12 === "hard"))){
const err134 = {instancePath:instancePath+"/" + i0+"/ulimits/" + key11.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/ulimits/additionalProperties/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12}};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
}
if(data86.soft !== undefined){
let data87 = data86.soft;
if(!(((typeof data87 == "number") && (!(data87 % 1) && !isNaN(data87))) && (isFinite(data87)))){
const err135 = {instancePath:instancePath+"/" + i0+"/ulimits/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/soft",schemaPath:"#/items/properties/ulimits/additionalProperties/properties/soft/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
}
if(data86.hard !== undefined){
let data88 = data86.hard;
if(!(((typeof data88 == "number") && (!(data88 % 1) && !isNaN(data88))) && (isFinite(data88)))){
const err136 = {instancePath:instancePath+"/" + i0+"/ulimits/" + key11.replace(/~/g, "~0").replace(/\//g, "~1")+"/hard",schemaPath:"#/items/properties/ulimits/additionalProperties/properties/hard/type",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
}
}
}
else {
const err137 = {instancePath:instancePath+"/" + i0+"/ulimits",schemaPath:"#/items/properties/ulimits/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
}
if(data0.sysctls !== undefined){
let data89 = data0.sysctls;
if(!data89 || typeof data89 != "object"){
const err138 = {instancePath:instancePath+"/" + i0+"/sysctls",schemaPath:"#/items/properties/sysctls/type",keyword:"type",params:{type: schema11.items.properties.sysctls.type}};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
if(Array.isArray(data89)){
const len14 = data89.length;
for(let i14=0; i14<len14; i14++){
if(typeof data89[i14] !== "string"){
const err139 = {instancePath:instancePath+"/" + i0+"/sysctls/" + i14,schemaPath:"#/items/properties/sysctls/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
}
}
if(data89 && typeof data89 == "object" && !Array.isArray(data89)){
for(const key13 in data89){
let data91 = data89[key13];
if((typeof data91 !== "string") && (!((typeof data91 == "number") && (isFinite(data91))))){
const err140 = {instancePath:instancePath+"/" + i0+"/sysctls/" + key13.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/items/properties/sysctls/additionalProperties/type",keyword:"type",params:{type: schema11.items.properties.sysctls.additionalProperties.type}};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
}
}
}
if(data0.cap_add !== undefined){
let data92 = data0.cap_add;
if(Array.isArray(data92)){
const len15 = data92.length;
for(let i15=0; i15<len15; i15++){
let data93 = data92[i15];
if(typeof data93 === "string"){
if(!pattern17.test(data93)){
const err141 = {instancePath:instancePath+"/" + i0+"/cap_add/" + i15,schemaPath:"#/items/properties/cap_add/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_]+$"}};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
else {
const err142 = {instancePath:instancePath+"/" + i0+"/cap_add/" + i15,schemaPath:"#/items/properties/cap_add/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
}
}
else {
const err143 = {instancePath:instancePath+"/" + i0+"/cap_add",schemaPath:"#/items/properties/cap_add/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data0.cap_drop !== undefined){
let data94 = data0.cap_drop;
if(Array.isArray(data94)){
const len16 = data94.length;
for(let i16=0; i16<len16; i16++){
let data95 = data94[i16];
if(typeof data95 === "string"){
if(!pattern17.test(data95)){
const err144 = {instancePath:instancePath+"/" + i0+"/cap_drop/" + i16,schemaPath:"#/items/properties/cap_drop/items/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z_]+$"}};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
}
else {
const err145 = {instancePath:instancePath+"/" + i0+"/cap_drop/" + i16,schemaPath:"#/items/properties/cap_drop/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
}
}
else {
const err146 = {instancePath:instancePath+"/" + i0+"/cap_drop",schemaPath:"#/items/properties/cap_drop/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
if(data0.devices !== undefined){
let data96 = data0.devices;
if(Array.isArray(data96)){
const len17 = data96.length;
for(let i17=0; i17<len17; i17++){
let data97 = data96[i17];
if(typeof data97 === "string"){
if(!pattern19.test(data97)){
const err147 = {instancePath:instancePath+"/" + i0+"/devices/" + i17,schemaPath:"#/items/properties/devices/items/pattern",keyword:"pattern",params:{pattern: "^/[^:]+(:/[^:]+)?(:[rwm]+)?$"}};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
else {
const err148 = {instancePath:instancePath+"/" + i0+"/devices/" + i17,schemaPath:"#/items/properties/devices/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
}
}
else {
const err149 = {instancePath:instancePath+"/" + i0+"/devices",schemaPath:"#/items/properties/devices/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
}
if(data0.privileged !== undefined){
if(typeof data0.privileged !== "boolean"){
const err150 = {instancePath:instancePath+"/" + i0+"/privileged",schemaPath:"#/items/properties/privileged/type",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
if(data0.security_opt !== undefined){
let data99 = data0.security_opt;
if(Array.isArray(data99)){
const len18 = data99.length;
for(let i18=0; i18<len18; i18++){
if(typeof data99[i18] !== "string"){
const err151 = {instancePath:instancePath+"/" + i0+"/security_opt/" + i18,schemaPath:"#/items/properties/security_opt/items/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
}
else {
const err152 = {instancePath:instancePath+"/" + i0+"/security_opt",schemaPath:"#/items/properties/security_opt/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
if(data0.runtime !== undefined){
let data101 = data0.runtime;
if(typeof data101 === "string"){
if(!pattern20.test(data101)){
const err153 = {instancePath:instancePath+"/" + i0+"/runtime",schemaPath:"#/items/properties/runtime/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9][\\w.-]*$"}};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
}
else {
const err154 = {instancePath:instancePath+"/" + i0+"/runtime",schemaPath:"#/items/properties/runtime/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
}
else {
const err155 = {instancePath:instancePath+"/" + i0,schemaPath:"#/items/type",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
}
else {
const err156 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

