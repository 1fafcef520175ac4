/** The fields of a registration, in the order in which they are asked on the phone. */
import { t, type CaseText } from "./messages";
import { focusOn, Rule, sendByKey } from "./command-form";
import { pair, type Entered, type RegistrationField } from "./registration";
import { LANGUAGE_NAMES, LANGUAGES } from "../i18n/language";
import { word } from "./words";

const CHANNELS = ["phone", "chat", "email", "web", "shop", "social"];

interface Props {
  entered: Entered;
  rules: Partial<Record<RegistrationField, string>>;
  onEnter: (changes: Entered) => void;
}

export function RegistrationFields(props: Props) {
  const field = (name: RegistrationField, label: CaseText, more: Record<string, unknown> = {}) => <Input {...props} name={name} label={label} more={more} />;
  return (
    <>
      <fieldset>
        <legend>{t("section_fault")}</legend>
        <div class="field field-long">
          <label for="symptom">{t("symptom")}</label>
          <textarea id="symptom" name="symptom" rows={2} maxLength={4000} ref={focusOn} {...shared(props, "symptom")} onKeyDown={sendByKey} />
          {props.rules.symptom && <Rule id="symptom-rule" rule={props.rules.symptom} />}
        </div>
        {field("product_model", "model")}
        {field("error_code", "error_code")}
        {field("serial", "serial")}
        {field("installed_product_id", "product_number")}
      </fieldset>
      <fieldset>
        <legend>{t("contact")}</legend>
        {field("contact.name", "name", { autocomplete: "off" })}
        {field("contact.phone", "phone", { type: "tel", autocomplete: "off" })}
        {field("contact.email", "email", { inputMode: "email", autocomplete: "off" })}
        {field("customer_id", "customer_number")}
        <Select {...props} name="contact.language" label="language" values={LANGUAGES.map((tag) => [tag, LANGUAGE_NAMES[tag]])} />
        <Select {...props} name="channel" label="channel" values={CHANNELS.map((channel) => [channel, word("channel", channel)])} />
      </fieldset>
      <fieldset>
        <legend>{t("section_place")}</legend>
        {field("site.address", "address", { autocomplete: "off" })}
        {field("site.latitude", "latitude", { inputMode: "decimal", onPaste: (event: ClipboardEvent) => pasted(event, props.onEnter) })}
        {field("site.longitude", "longitude", { inputMode: "decimal" })}
        {field("purchased_on", "purchased_on", { type: "date" })}
        {field("site.access_notes", "access_notes")}
      </fieldset>
    </>
  );
}

function Input({ name, label, more, ...props }: Props & { name: RegistrationField; label: CaseText; more: Record<string, unknown> }) {
  const rule = props.rules[name];
  return (
    <div class="field">
      <label for={name}>{t(label)}</label>
      <input id={name} name={name} maxLength={200} {...shared(props, name)} {...more} />
      {rule ? <Rule id={`${name}-rule`} rule={rule} /> : name === "site.latitude" && <small class="muted">{t("coordinates_hint")}</small>}
    </div>
  );
}

function Select({ name, label, values, ...props }: Props & { name: RegistrationField; label: CaseText; values: (readonly [string, string])[] }) {
  return (
    <div class="field">
      <label for={name}>{t(label)}</label>
      <select id={name} name={name} value={props.entered[name]} onChange={(event) => props.onEnter({ [name]: event.currentTarget.value })}>
        {values.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </div>
  );
}

function shared({ entered, rules, onEnter }: Props, name: RegistrationField) {
  return {
    value: entered[name] ?? "",
    onInput: (event: InputEvent) => onEnter({ [name]: (event.currentTarget as HTMLInputElement).value }),
    "aria-invalid": rules[name] ? true : undefined,
    "aria-describedby": rules[name] ? `${name}-rule` : undefined,
  };
}

function pasted(event: ClipboardEvent, onEnter: Props["onEnter"]): void {
  const both = pair(event.clipboardData?.getData("text") ?? "");
  if (!both) return;
  event.preventDefault();
  onEnter({ "site.latitude": both[0], "site.longitude": both[1] });
}
