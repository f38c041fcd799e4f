using System.Collections.Immutable;
using Diffah.Engine.Deltas.Archive;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>Says what layers are made of: sources, files, bytes by kind, and the encoder.</summary>
/// <param name="archive">The archive; not owned.</param>
/// <param name="accounts">What its patches spend on files, by the contents' diff ids.</param>
internal sealed class ContentInspection(ArchiveReader archive, IReadOnlyDictionary<Digest, ContentAccount> accounts)
{
    // Of all layers together: several may have one content, and whoever writes them out writes each.
    private const int MaximumListed = 1 << 22;

    private readonly Dictionary<Digest, ImmutableArray<DeltaArchiveFile>> _files = [];
    private int _listed;

    /// <summary>Adds to a layer what it is made of.</summary>
    /// <param name="layer">What is known of it.</param>
    /// <param name="digest">Digest of its blob.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">ArchiveInvalid: the layers list too many files together.</exception>
    public async Task<DeltaArchiveLayer> DescribeAsync(
        DeltaArchiveLayer layer, Digest digest, CancellationToken cancellationToken)
    {
        var blob = archive.Manifest.Blobs.GetValueOrDefault(digest);
        var form = archive.Manifest.FormOf(digest);
        // Of a layer that is reused the baseline has the content, even where the archive makes it for others.
        var patch = blob?.Form is { } own ? archive.Manifest.Contents.GetValueOrDefault(own.Content) : null;
        var account = patch is null ? null : accounts.GetValueOrDefault(form!.Content);
        return layer with
        {
            ContentDigest = form?.Content.ToString(),
            Encoder = form is null or { Wrapping.Kind: WrappingKind.Plain }
                ? null
                : WrappingRecipes.EncoderOf(form.Wrapping.Kind, await archive.ReadRecipeStartAsync(
                    digest, form, WrappingRecipes.StartLength, cancellationToken)),
            Sources = patch is null ? [] : SourcesOf(form!.Content, patch),
            Bytes = ByteAccount.Of(layer.TargetSize, blob, form?.Wrapping, patch, account),
            Files = account is null ? [] : FilesOf(form!.Content, account),
            Fallback = blob?.Fallback is { } fallback ? Printable.Line(fallback.Reason) : null,
            FallbackDetail = blob?.Fallback is { } told ? Printable.Line(told.Detail) : null,
        };
    }

    private ImmutableArray<LayerSource> SourcesOf(Digest content, ContentPatch patch)
    {
        var sizes = ContentCodecs.Get(patch.Codec).SourceSizes(archive.OpenPatch(content));
        return
        [
            .. patch.Sources.Select((s, place) =>
                new LayerSource(s.ToString(), place < sizes.Length ? sizes[place] : 0)),
        ];
    }

    private ImmutableArray<DeltaArchiveFile> FilesOf(Digest content, ContentAccount account)
    {
        if (!_files.TryGetValue(content, out var files))
            _files[content] = files = ByteAccount.FilesOf(account);
        _listed += files.Length;
        return _listed <= MaximumListed
            ? files
            : throw SidecarFields.TooMuch($"the layers of its images list more than {MaximumListed} files together",
                $"The account of files in the delta archive '{archive.Path}'");
    }
}
