using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Diffah.Cli.Json;

/// <summary>Every shape that <c>-o json</c> writes. Names are an interface: fields are added, never renamed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(InspectJson))]
[JsonSerializable(typeof(DiffPlanJson))]
[JsonSerializable(typeof(ApplyPlanJson))]
[JsonSerializable(typeof(ApplyJson))]
[JsonSerializable(typeof(UnbundleJson))]
[JsonSerializable(typeof(VerifyJson))]
[JsonSerializable(typeof(KeygenJson))]
[JsonSerializable(typeof(CopyJson))]
[JsonSerializable(typeof(ImageJson))]
[JsonSerializable(typeof(DoctorJson))]
[JsonSerializable(typeof(ConfigJson))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(ConfigCheckJson))]
[JsonSerializable(typeof(ConfigInitJson))]
[JsonSerializable(typeof(VersionJson))]
[JsonSerializable(typeof(ErrorJson))]
internal sealed partial class CliJsonContext : JsonSerializerContext;
