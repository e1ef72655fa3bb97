import { status, type sendUnaryData, type ServerUnaryCall, type UntypedServiceImplementation } from "@grpc/grpc-js";
import * as language from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ENGINE_VERSION } from "../version";
import { endChild, endChildren } from "./children";
import { programDependencies } from "./dependencies";
import { installDependencies, type InstallCall } from "./install-dependencies";
import { runPlugin, type PluginCall } from "./run-plugin";
import { runProgram } from "./run-program";

/**
 * Pulumi's language host protocol (pulumirpc.LanguageRuntime) for Node.js, as far as running programs and policy packs
 * goes. What is absent (code generation, packing, linking) answers UNIMPLEMENTED, as the protocol provides.
 *
 * @param engineAddress host and port of the engine's own service, to which programs send their messages
 */
export function languageService(engineAddress: string): UntypedServiceImplementation {
  let engine = engineAddress;
  return {
    handshake: unary<language.LanguageHandshakeRequest, language.LanguageHandshakeResponse>(({ request }) => {
      engine = request.getEngineAddress() || engine;
      return new language.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary<Empty, PluginInfo>(() => new PluginInfo().setVersion(ENGINE_VERSION)),
    // The engine gets the plugins that a program turns out to need when it registers its resources.
    getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
    getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
    run: unary<language.RunRequest, language.RunResponse>((call) => {
      const { child, response } = runProgram(call.request, engine);
      call.on("cancelled", () => endChild(child));
      return response;
    }),
    runPlugin: (call: PluginCall) => streaming(call, () => runPlugin(call)),
    installDependencies: (call: InstallCall) => streaming(call, () => installDependencies(call)),
    runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),
    template: unary(() => new language.TemplateResponse()),
    about: unary<language.AboutRequest, language.AboutResponse>(about),
    getProgramDependencies: unary<language.GetProgramDependenciesRequest, language.GetProgramDependenciesResponse>(
      ({ request }) => dependencies(request),
    ),
    cancel: unary<Empty, Empty>(async () => {
      await endChildren();
      return new Empty();
    }),
  };
}

/** Without npm's version: the engine asks in every update, and npm takes 0.15 s to tell. */
function about(): language.AboutResponse {
  const answer = new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version);
  answer.getMetadataMap().set("packagemanager", "npm");
  return answer;
}

function dependencies(request: language.GetProgramDependenciesRequest): language.GetProgramDependenciesResponse {
  const folder = request.getInfo()?.getProgramDirectory() || request.getPwd();
  const found = programDependencies(folder, request.getTransitivedependencies());
  return new language.GetProgramDependenciesResponse().setDependenciesList(
    found.map(({ name, version }) => new language.DependencyInfo().setName(name).setVersion(version)),
  );
}

/** A handler that answers or throws; what it throws reaches the engine, and through it the user, with its message. */
function unary<Request, Response>(handle: (call: ServerUnaryCall<Request, Response>) => Response | Promise<Response>) {
  return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void => {
    Promise.resolve()
      .then(() => handle(call))
      .then(
        (response) => answer(null, response),
        (error: Error) => answer({ code: status.UNKNOWN, details: error.message }),
      );
  };
}

function streaming(call: PluginCall | InstallCall, handle: () => Promise<void>): void {
  Promise.resolve()
    .then(handle)
    .catch((error: Error) => call.destroy(Object.assign(error, { code: status.UNKNOWN, details: error.message })));
}
