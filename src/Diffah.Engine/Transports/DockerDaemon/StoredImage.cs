using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Images;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Transports.DockerDaemon;

/// <summary>What an engine tells of an image.</summary>
/// <param name="Id">Its id: the configuration's digest, or the manifest's where the engine keeps blobs.</param>
/// <param name="DiffIds">Digests of the plain layers, base first.</param>
/// <param name="Size">About how many bytes it has; 0 where that is not told.</param>
internal sealed record StoredImage(Digest Id, ImmutableArray<Digest> DiffIds, long Size)
{
    private const string What = "answer about an image";

    /// <summary>Reads the answer.</summary>
    /// <param name="answer">The answer.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest, InvalidDigest.</exception>
    public static StoredImage Parse(JsonElement answer)
    {
        if (answer.ValueKind != JsonValueKind.Object)
            throw OciJson.Invalid($"The {What} is not an object.");
        var layers = answer.TryGetProperty("RootFS", out var root) && root.ValueKind == JsonValueKind.Object
            ? OciJson.Array(root, "Layers", What)
            : [];
        var size = answer.TryGetProperty(nameof(Size), out var s) && s.ValueKind == JsonValueKind.Number
            && s.TryGetInt64(out var bytes) ? Math.Max(0, bytes) : 0;
        return new StoredImage(ReadId(answer), [.. layers.Select(l => Digest.Parse(l.ToString()))], size);
    }

    /// <summary>Reads an id; Podman's own API leaves the algorithm out.</summary>
    internal static Digest ReadId(JsonElement answer)
    {
        var id = OciJson.OptionalString(answer, "Id", What) ?? throw OciJson.Invalid($"The {What} has no Id.");
        return Digest.Parse(id.Contains(':', StringComparison.Ordinal) ? id : $"{Digest.DefaultAlgorithm}:{id}");
    }
}

/// <summary>The check of what an engine holds after a load.</summary>
internal static class LoadedImage
{
    /// <summary>Refuses another image under a name than the one that was loaded.</summary>
    /// <param name="client">The engine.</param>
    /// <param name="reference">The name.</param>
    /// <param name="id">The id that the image has there.</param>
    /// <param name="diffIds">Its diff ids; null where the id says it all.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="DiffahException">DigestMismatch, and what <see cref="EngineClient.FindImageAsync"/>
    /// throws.</exception>
    public static async Task RequireAsync(
        EngineClient client, ImageReference reference, Digest id, ImmutableArray<Digest>? diffIds,
        CancellationToken cancellationToken)
    {
        var stored = await client.FindImageAsync(reference.FullName!.ToString(), cancellationToken);
        if (stored?.Id != id || (diffIds is { } promised && !stored.DiffIds.SequenceEqual(promised)))
            throw new DiffahException(DiffahErrors.DigestMismatch,
                $"{reference} is {stored?.Id.ToString() ?? "not there"} now, and not the image {id} that was loaded; "
                    + "somebody else may have moved the name.", "Look at the image, and write it again.");
    }
}

/// <summary>An image in an engine's list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Names">Its names, with their tags.</param>
internal sealed record ListedImage(Digest Id, ImmutableArray<string> Names)
{
    // What older engines say of an image that has lost its name.
    private const string NoName = "<none>";

    /// <summary>Reads an element of the list.</summary>
    /// <param name="answer">The element.</param>
    /// <exception cref="Diagnostics.DiffahException">InvalidManifest, InvalidDigest.</exception>
    public static ListedImage Parse(JsonElement answer) => answer.ValueKind == JsonValueKind.Object
        ? new ListedImage(StoredImage.ReadId(answer),
            [.. OciJson.Array(answer, "RepoTags", "list of images").Select(t => t.ToString())
                .Where(t => !t.Contains(NoName, StringComparison.Ordinal))])
        : throw OciJson.Invalid("The list of images holds something other than objects.");
}
