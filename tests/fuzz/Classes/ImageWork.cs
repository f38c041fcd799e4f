using Diffah.Engine.Deltas;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;
using Diffah.Engine.Operations;
using Diffah.Fuzz.Building;
using Diffah.Fuzz.Laws;

namespace Diffah.Fuzz.Classes;

/// <summary>What several classes do with an image, each operation under its laws.</summary>
internal static class ImageWork
{
    /// <summary>Reads what the image is made of, and the names beside it.</summary>
    public static async Task InspectAsync(Trial trial, ImageReference image)
    {
        await trial.ReadAsync("GetImage",
            (events, stop) => new GetImage(trial.Catalog).RunAsync(image, Platform.Default, events, stop));
        if (image.Transport is Storing.DockerArchive or Storing.OciArchive or Storing.Layout)
            await trial.ReadAsync("ListImages",
                (_, stop) => new ListImages(trial.Catalog).RunAsync(image, stop));
    }

    /// <summary>Copies the image; what came of it is walked, and its root is one that the source has.</summary>
    public static async Task CopyAsync(
        Trial trial, ImageReference image, string transport, bool all = false, bool convert = false)
    {
        var operation = $"CopyImage to {transport}";
        var output = trial.NewOutput();
        var path = Path.Combine(output, Storing.PathOf(transport, "copy"));
        var request = new CopyImageRequest
        {
            Source = image,
            Destination = Destination(transport, path),
            All = all,
            AllowConvert = convert,
            WorkDirectory = trial.Work,
        };
        var copied = await trial.WriteAsync(operation, output,
            (events, stop) => new CopyImage(trial.Catalog).RunAsync(request, events, stop));
        if (!copied.Succeeded)
            return;
        ImageWalk.Require(operation, transport, path, copied.Value.Digest);
        if (copied.Value.Conversion is null && image.Path is { } source && image.Transport != Storing.DockerArchive)
            RequireFrom(operation, source, copied.Value.Digest);
    }

    /// <summary>
    /// Makes a delta between two images and restores it. True where the target is there again, null where no delta was
    /// made.
    /// </summary>
    public static async Task<bool?> DeltaAsync(
        Trial trial, ImageReference baseline, ImageReference target, string transport, int level = 3)
    {
        var output = trial.NewOutput();
        var archive = Path.Combine(output, "delta.tar");
        var request = new CreateDeltaRequest
        {
            Baseline = baseline,
            Target = target,
            OutputPath = archive,
            WorkDirectory = trial.Work,
            Encoding = new EncodingOptions { ZstdLevel = level, Workers = 2 },
        };
        var made = await trial.WriteAsync("CreateDelta", output,
            (events, stop) => new CreateDelta(trial.Catalog).RunAsync(request, events, stop));
        return made.Succeeded ? await RestoreAsync(trial, archive, baseline, transport) : null;
    }

    /// <summary>
    /// Restores an archive's only image; true where it is there, or can't be for the destination's sake.
    /// </summary>
    public static async Task<bool> RestoreAsync(
        Trial trial, string archive, ImageReference baseline, string transport, string? key = null)
    {
        var operation = $"RestoreImage to {transport}";
        var output = trial.NewOutput();
        var path = Path.Combine(output, Storing.PathOf(transport, "image"));
        var request = new RestoreImageRequest
        {
            ArchivePath = archive,
            Baseline = baseline,
            Destination = Destination(transport, path),
            VerificationKeyPath = key,
            WorkDirectory = trial.Work,
        };
        var restored = await trial.WriteAsync(operation, output,
            (events, stop) => new RestoreImage(trial.Catalog).RunAsync(request, events, stop));
        if (!restored.Succeeded)
            return trial.Outcomes.Last() == "ConversionRefused";
        ImageWalk.Require(operation, transport, path, restored.Value.ManifestDigest);
        RequirePromised(operation, archive, restored.Value.ManifestDigest);
        return true;
    }

    /// <summary>Fails unless the archive's sidecar names a digest.</summary>
    public static void RequirePromised(string operation, string archive, string digest)
    {
        if (Unpacking.Files(archive) is { } files && files.TryGetValue("diffah.json", out var sidecar)
            && !System.Text.Encoding.UTF8.GetString(sidecar).Contains(digest, StringComparison.Ordinal))
            throw new LawBrokenException(Law.Exact, operation, "the image is not the one that the sidecar names");
    }

    private static ImageReference Destination(string transport, string path) => ImageReference.Parse(
        transport is Storing.DockerArchive ? $"{transport}:{path}:example.com/app:copy" : $"{transport}:{path}");

    private static void RequireFrom(string operation, string source, string digest)
    {
        if (Unpacking.Files(source) is { } files && digest.StartsWith("sha256:", StringComparison.Ordinal)
            && !files.Values.Any(content => Unpacking.Digest(content) == digest))
            throw new LawBrokenException(Law.Exact, operation, "the source has no manifest of the copy's digest");
    }
}
