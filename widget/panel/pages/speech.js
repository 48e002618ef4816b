// <pl-speech-page>
import { ListPage } from "../core/list-page.js";

export class SpeechPage extends ListPage {}

customElements.define("pl-speech-page", SpeechPage);
