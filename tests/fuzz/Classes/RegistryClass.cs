using System.Text;
using Diffah.Engine.Images;
using Diffah.Engine.Operations;
using Diffah.Engine.Transports;
using Diffah.Engine.Transports.Registry;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;
using Diffah.Fuzz.Running;
using Diffah.Samples;

namespace Diffah.Fuzz.Classes;

/// <summary>A registry that is right but for some of its answers: pulled from, pushed to, and asked for tags.</summary>
internal sealed class RegistryClass : FuzzClass
{
    private const string Password = "s3cret-of-the-registry";
    private const string Plan = "plan.txt";
    private const string ManifestPath = "image/manifest.json";

    public override string Name => "registry";

    public override FuzzInput Build(Dice dice, string origin)
    {
        var packing = FuzzImage.Packing(dice);
        var plain = Enumerable.Range(0, dice.Below(3)).Select(_ => FuzzImage.Layer(dice));
        var image = FuzzImage.Pack("v1", packing, [.. plain]);
        if (dice.OneIn(4))
            image = FuzzImage.Mutate(image, packing, dice);
        return Input(origin, image, AnswerPlan.Throw(dice), dice.Of("pull", "push", "push", "tags"),
            dice.Of("", "", "basic", "bearer"));
    }

    public override IEnumerable<FuzzInput> HandMade()
    {
        var image = FuzzImage.Pack("v1", LayerPacking.OciGzip, [FuzzImage.Layer(new Dice(1))]);
        var endless = Convert.ToBase64String(Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + new string('[', 6 << 20)));
        string[] plans = ["", "0 status 500\n1 status 500\n", $"0 raw {endless}\n1 raw {endless}\n", "0 close -\n"];
        string[] works = ["pull", "push", "tags"];
        return plans.SelectMany((plan, number) => works.Select(work =>
            Input($"hand-made: {work} with plan {number}", image, plan, work, "bearer")));
    }

    public override async Task RunAsync(FuzzInput input, Trial trial)
    {
        var plan = new AnswerPlan(Encoding.UTF8.GetString(input.Files.GetValueOrDefault(Plan, [])));
        using var registry = new FuzzRegistry(plan, input["auth"]);
        using var catalog = TransportCatalog.Create(new RegistryOptions
        {
            Credential = new RegistryCredential("user", Password),
            SkipTlsVerification = true,
            RetryCount = 1,
            RetryDelay = TimeSpan.Zero,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            IdleTimeout = TimeSpan.FromSeconds(2),
        });
        var hidden = trial.With(catalog, [Password, "t0ken"]);
        var image = ImageReference.Parse($"docker://{registry.Host}/x:v1");
        if (input["work"] == "push")
        {
            await PushAsync(hidden, registry, image, plan.IsEmpty);
            return;
        }
        Fill(registry, input);
        if (input["work"] == "tags")
            await hidden.ReadAsync("ListTags",
                (events, stop) => new ListTags(catalog).RunAsync(image, events, stop));
        else
            await PullAsync(hidden, image);
    }

    private static async Task PullAsync(Trial trial, ImageReference image)
    {
        await ImageWork.InspectAsync(trial, image);
        await ImageWork.CopyAsync(trial, image, Storing.Layout, all: true);
    }

    private static async Task PushAsync(Trial trial, FuzzRegistry registry, ImageReference image, bool isHonest)
    {
        const string operation = "CopyImage to docker";
        var request = new CopyImageRequest
        {
            Source = ImageReference.Parse($"dir:{trial["image"]}"),
            Destination = image,
            WorkDirectory = trial.Work,
        };
        var pushed = await trial.ReadAsync(operation,
            (events, stop) => new CopyImage(trial.Catalog).RunAsync(request, events, stop));
        if (!pushed.Succeeded || !isHonest)
            return;
        if (!registry.Manifests.TryGetValue("v1", out var manifest)
            || Unpacking.Digest(manifest.Bytes) != pushed.Value.Digest)
            throw new LawBrokenException(Law.Exact, operation, "the tag does not name the manifest that was pushed");
        ImageWalk.RequireBlobs(operation, registry.Blobs.Values.Append(manifest.Bytes), pushed.Value.Digest);
    }

    private static void Fill(FuzzRegistry registry, FuzzInput input)
    {
        var files = input.Files.Where(file => file.Key.StartsWith("image/", StringComparison.Ordinal));
        foreach (var (_, content) in files)
            registry.Blobs[Unpacking.Digest(content)] = content;
        if (input.Files.TryGetValue(ManifestPath, out var manifest))
            registry.AddManifest("v1", manifest, input["type"]);
    }

    private FuzzInput Input(string origin, PackedImage image, string plan, string work, string auth) =>
        new FuzzInput(Name, origin)
        {
            Settings = new(StringComparer.Ordinal)
            {
                ["work"] = work,
                ["auth"] = auth,
                ["type"] = image.Manifest.MediaType,
            },
        }.WithFiles(Storing.Store(Storing.Folder, "image", image).Append(new(Plan, Encoding.UTF8.GetBytes(plan))));
}
