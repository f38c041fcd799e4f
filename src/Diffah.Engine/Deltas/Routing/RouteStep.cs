using System.Collections.Immutable;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Routing;

/// <summary>
/// What one delta of a chain gives of what is needed of its image, which of its entries are fetched for that, and what
/// is needed of the image before it.
/// </summary>
internal sealed class RouteStep
{
    private readonly ArchiveManifest _archive;
    private readonly IReadOnlyDictionary<Digest, Digest> _blobOf;
    private readonly IHeldParts _held;
    private readonly HashSet<ArchivePart> _parts = [];
    private readonly HashSet<Digest> _blobs = [];
    private readonly HashSet<Digest> _contents = [];
    private readonly HashSet<Digest> _blobsBefore = [];
    private readonly HashSet<Digest> _contentsBefore = [];
    private readonly HashSet<Digest> _used = [];

    private RouteStep(ReadDelta delta, IHeldParts held) =>
        (_archive, _blobOf, _held) = (delta.Archive, delta.BlobOf, held);

    /// <summary>Looks what a delta gives.</summary>
    /// <param name="delta">The delta.</param>
    /// <param name="needs">What is needed of its image.</param>
    /// <param name="held">What is there already.</param>
    public static PassedStep Through(ReadDelta delta, RouteNeeds needs, IHeldParts held)
    {
        var step = new RouteStep(delta, held);
        // Which layers an image has, its manifest says, and what they hold its configuration.
        foreach (var blob in new[] { delta.Image.Target.ManifestDigest, delta.Config }.Where(b => !held.HasBlob(b)))
            step.Take(ArchivePart.Blob(blob));
        foreach (var blob in needs.Blobs)
            step.NeedBlob(blob);
        foreach (var content in needs.Contents)
            step.NeedContent(content);
        return new PassedStep(
            [.. step._parts], new RouteNeeds([.. step._blobsBefore], [.. step._contentsBefore]), [.. step._used]);
    }

    private void NeedBlob(Digest blob)
    {
        if (_held.HasBlob(blob) || !_blobs.Add(blob))
            return;
        if (!_archive.Blobs.TryGetValue(blob, out var stored))
            NeedReused(blob);
        else if (stored.Form is { } form)
            NeedForm(blob, form);
        else
        {
            Take(ArchivePart.Blob(blob));
            foreach (var need in stored.Needs)
                NeedBlobBefore(need);
        }
    }

    private void NeedReused(Digest blob)
    {
        if (_archive.Reused.TryGetValue(blob, out var reused) && _held.HasContent(reused.Form.Content))
            NeedForm(blob, reused.Form);
        else
            _blobsBefore.Add(blob);
    }

    private void NeedForm(Digest blob, LayerForm form)
    {
        if (form.Wrapping.StoredRecipe > 0)
            Take(ArchivePart.Recipe(blob));
        NeedContent(form.Content);
        if (form.Wrapping.Reference is { } reference)
            NeedBlobBefore(reference);
    }

    private void NeedContent(Digest content)
    {
        if (IsUsed(content, _held.HasContent(content)) || !_contents.Add(content))
            return;
        if (_archive.Contents.TryGetValue(content, out var patch))
        {
            // Of several baselines any one may be there: a way that what is there allows ends here.
            var way = patch.Find(_held.HasContent) ?? patch;
            Take(ArchivePart.Way(content, way.Number));
            foreach (var source in way.Sources)
                NeedContentBefore(source);
        }
        // A layer that travelled whole, or as a patch of a blob, is read for its content.
        else if (_blobOf.TryGetValue(content, out var blob) && _archive.Blobs.GetValueOrDefault(blob) is { Form: null })
            NeedBlob(blob);
        else
            NeedContentBefore(content);
    }

    private void NeedBlobBefore(Digest blob)
    {
        if (IsUsed(blob, _held.HasBlob(blob)))
            return;
        if (_archive.Reused.TryGetValue(blob, out var reused) && _held.HasContent(reused.Form.Content))
            NeedForm(blob, reused.Form);
        else
            _blobsBefore.Add(blob);
    }

    private void NeedContentBefore(Digest content)
    {
        if (!IsUsed(content, _held.HasContent(content)))
            _contentsBefore.Add(content);
    }

    /// <summary>What is there is read for others to be made of it, and may have to be fetched for that.</summary>
    private bool IsUsed(Digest digest, bool isHeld)
    {
        if (isHeld && _held.ReadBytes(digest) > 0)
            _used.Add(digest);
        return isHeld;
    }

    private void Take(ArchivePart part) => _parts.Add(part);
}

/// <summary>What one delta gives of what is needed of its image.</summary>
/// <param name="Parts">The entries that are fetched of it.</param>
/// <param name="Before">What is needed of the image before.</param>
/// <param name="Used">What is there, and is fetched from where it is.</param>
internal sealed record PassedStep(
    ImmutableHashSet<ArchivePart> Parts, RouteNeeds Before, ImmutableHashSet<Digest> Used);
