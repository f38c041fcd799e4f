using System.Text;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Registry;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Mutation;
using Diffah.Fuzz.Running;
using Diffah.Samples;

namespace Diffah.Fuzz.Classes;

/// <summary>Files of credentials, read because a registry asks for some.</summary>
internal sealed class AuthFileClass : FuzzClass
{
    private const string File = "auth.json";
    private const string Password = "s3cret-of-the-file";

    // The host of the registry is not known before it listens.
    private const string Host = "HOST";

    private static readonly byte[] Whole = Encoding.UTF8.GetBytes(
        $$$"""{"auths":{"{{{Host}}}":{"auth":"{{{Encoded($"user:{Password}")}}}"},"{{{Host}}}/x":{"username":"u","password":"{{{Password}}}"},"example.com":{"identitytoken":"{{{Password}}}"}},"credHelpers":{"example.org":"none"},"credsStore":""}""");

    public override string Name => "auth-files";

    public override IEnumerable<FuzzInput> HandMade() => new[]
    {
        "", "{", "[]", new string('[', 1_000_000), "\uFEFF{}", "{\"auths\":[]}", "{\"auths\":{\"HOST\":null}}",
        "{\"auths\":{\"HOST\":{\"auth\":\"" + new string('A', 1_000_000) + "\"}}}", "{\"credsStore\":\"../../x\"}",
        "{\"credHelpers\":{\"HOST\":\"a/b\"}}",
        "{\"auths\":{\"HOST\":{\"auth\":\"" + Encoded($"a\n{Password}") + "\"}}}",
        "{\"auths\":{\"HOST\":{\"auth\":\"" + Encoded(Password) + "\"}}}", "{\"auths\":{\"\\ud800\":{}}}",
    }.Select((text, number) => Input($"hand-made: {number}", Encoding.UTF8.GetBytes(text)));

    public override FuzzInput Build(Dice dice, string origin) =>
        Input(origin, dice.OneIn(10) ? Whole : JsonMutator.Mutate(Whole, dice));

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        using var registry = new FuzzRegistry(new AnswerPlan(""), "basic");
        var image = FuzzImage.Pack("v1", LayerPacking.OciPlain, []);
        registry.AddManifest("v1", image.Manifest.Content, image.Manifest.MediaType);
        registry.Blobs[image.Configuration.Digest] = image.Configuration.Content;
        var path = trial[File];
        var bytes = input.Files.GetValueOrDefault(File, []);
        // As bytes: a file may be no text at all.
        var latin = Encoding.Latin1.GetString(bytes).Replace(Host, registry.Host, StringComparison.Ordinal);
        await System.IO.File.WriteAllBytesAsync(path, Encoding.Latin1.GetBytes(latin));
        using var catalog = TransportCatalog.Create(new RegistryOptions
        {
            AuthFile = path,
            SkipTlsVerification = true,
            RetryCount = 0,
        });
        await trial.With(catalog, [Password]).ReadAsync("GetImage with an auth file",
            (events, stop) => new GetImage(catalog).RunAsync(
                ImageReference.Parse($"docker://{registry.Host}/x:v1"), Platform.Default, events, stop));
    }

    private static string Encoded(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private FuzzInput Input(string origin, byte[] content) =>
        new FuzzInput(Name, origin).WithFiles([new(File, content)]);
}
