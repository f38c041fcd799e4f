using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Deltas.Archive.V1;
using Diffah.Engine.Deltas.Codecs;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.V2;

/// <summary>Reads a sidecar of version 2: that of version 1, and contents.</summary>
/// <param name="events">Whom to tell of unknown fields.</param>
internal sealed class ContentSidecarReader(EventSink events) : SidecarReader(events)
{
    /// <summary>The encoding of a blob that is made of a content.</summary>
    public const string Encoding = "content";

    private static readonly string[] Kinds = ["plain", "gzip", "zstd", "gzip-tokens"];

    /// <summary>The name of a kind of wrapping in sidecars.</summary>
    public static string NameOf(WrappingKind kind) => Kinds[(int)kind];

    protected override ArchiveManifest ReadRoot(SidecarFields root)
    {
        var requires = RequiresReader.Read(root);
        return base.ReadRoot(root) with
        {
            Requires = requires,
            Contents = ReadAll(root.Object("contents"), "content", ReadContent),
            Held = ChainedParts.Read(root, requires.Contains(RequiredFeatures.Chained)),
            Reused = ReadAll(root.Object("reused"), "reused layer", ReadReused),
            Since = SinceField.Read(root, Fields),
            Account = root.OptionalObject("files") is { } files ? ReadAccount(files) : null,
            Indexes = IndexSection.ReadIndexes(root, Fields),
            Referrers = IndexSection.ReadReferrers(root, Fields),
        };
    }

    protected override StoredBlob? ReadBlob(SidecarFields fields, string what, string encoding)
    {
        if (encoding != Encoding)
            return base.ReadBlob(fields, what, encoding) is { } blob
                ? blob with { Fallback = ReadFallback(fields, what) }
                : null;
        var form = ReadForm(fields, what);
        return new StoredBlob(fields.Size("size"), fields.Text("media_type"), form.Wrapping.StoredRecipe)
        {
            Form = form,
        };
    }

    protected override ArchiveBaseline ReadBaseline(SidecarFields fields) =>
        base.ReadBaseline(fields) with
        {
            ReadSize = fields.OptionalSize("read_size"),
            FetchSize = fields.OptionalSize("fetch_size"),
        };

    protected override ArchiveImage ReadMore(SidecarFields fields, ArchiveImage image) =>
        SeveralBaselines.Read(fields, image, other =>
        {
            var baseline = Fields(other, $"a baseline of image '{image.Name}'");
            var result = ReadBaseline(baseline);
            baseline.TellUnknown();
            return result;
        });

    private static LayerFallback? ReadFallback(SidecarFields fields, string what)
    {
        if (fields.NullableText("fallback") is not { } reason)
            return null;
        var detail = fields.OptionalText("fallback_detail");
        return reason.Length is > 0 and <= LayerFallback.MaximumReason && detail.Length <= LayerFallback.MaximumDetail
            ? new LayerFallback(reason, detail)
            : throw Invalid($"{what} says too long why it is not made of its content");
    }

    private StoredAccount ReadAccount(JsonElement value)
    {
        var fields = Fields(value, "the account of files");
        var account = new StoredAccount(Digest.Parse(fields.Text("digest")), fields.Size("archive_size"));
        fields.TellUnknown();
        return account.ArchiveSize > 0 ? account : throw Invalid("the account of files has no bytes");
    }

    protected override ArchiveManifest Validate(ArchiveManifest sidecar)
    {
        foreach (var (digest, blob) in sidecar.Blobs)
        {
            if (sidecar.Reused.ContainsKey(digest))
                throw Invalid($"blob {digest} travels and is reused");
            RequireSize(digest, blob.Size, blob.Form, sidecar);
        }
        foreach (var (digest, layer) in sidecar.Reused)
            RequireSize(digest, layer.Size, layer.Form, sidecar);
        foreach (var (diffId, patch) in sidecar.Contents)
        {
            // What a patch is made of comes from baselines, even where the archive makes it for another image: so no
            // patch waits for another, but in a chained archive.
            if (patch.Ways.Any(w => w.Sources.Contains(diffId)))
                throw Invalid($"content {diffId} is made of itself");
        }
        ChainedParts.Validate(sidecar);
        var checkedSidecar = base.Validate(sidecar);
        IndexSection.Validate(checkedSidecar);
        return checkedSidecar;
    }

    private static void RequireSize(Digest digest, long size, LayerForm? form, ArchiveManifest sidecar)
    {
        if (form is { Wrapping.Kind: WrappingKind.Plain } && form.Content != digest
            && form.Content.Algorithm == digest.Algorithm)
            throw Invalid($"blob {digest} is the content {form.Content}, and yet has another digest");
        if (form is { Wrapping.Kind: WrappingKind.Plain }
            && sidecar.Contents.TryGetValue(form.Content, out var content) && content.Size != size)
            throw Invalid($"blob {digest} has {size} bytes, and the content that it is has {content.Size}");
    }

    private ImmutableSortedDictionary<Digest, T> ReadAll<T>(
        JsonElement all, string what, Func<SidecarFields, string, T> read)
    {
        var result = ImmutableSortedDictionary.CreateBuilder<Digest, T>();
        foreach (var property in all.EnumerateObject())
        {
            var named = $"{what} {ShortText.Cut(property.Name, 80)}";
            var fields = Fields(property.Value, named);
            result.Add(Digest.Parse(property.Name), read(fields, named));
            fields.TellUnknown();
        }
        return result.ToImmutable();
    }

    private ContentPatch ReadContent(SidecarFields fields, string what)
    {
        var first = ReadPatch(fields, fields.Size("size"), what);
        return first with
        {
            Alternatives = AlternativesReader.Read(fields, first, what, other => ReadAlternative(other, first, what)),
        };
    }

    private ContentPatch ReadAlternative(JsonElement value, ContentPatch first, string what)
    {
        var fields = Fields(value, $"an alternative of {what}");
        var patch = ReadPatch(fields, first.Size, $"an alternative of {what}");
        fields.TellUnknown();
        return patch;
    }

    private static ContentPatch ReadPatch(SidecarFields fields, long size, string what)
    {
        var sources = fields.Array("sources").Select(s => s.ValueKind == JsonValueKind.String
            ? Digest.Parse(s.GetString()!)
            : throw Invalid($"a source of {what} is not a digest")).Take(ContentPatch.MaximumSources + 1)
            .ToImmutableArray();
        if (sources.Length > ContentPatch.MaximumSources)
            throw SidecarFields.TooMuch(
                $"{what} is made of more than {ContentPatch.MaximumSources} contents");
        if (sources.Distinct().Count() != sources.Length)
            throw Invalid($"{what} names a source twice");
        var patch = new ContentPatch(
            size, ContentCodecs.Get(fields.Text("codec")).Name, sources, fields.Size("archive_size"));
        return patch.ArchiveSize > 0 ? patch : throw Invalid($"{what} is made of a patch without bytes");
    }

    // Its baseline may be in any form, so that no blob of it is at hand for certain.
    private ReusedLayer ReadReused(SidecarFields fields, string what) =>
        ReadForm(fields, what) is var form && form.Wrapping.Reference is null
            ? new(fields.Size("size"), form)
            : throw Invalid($"{what} is reused, and needs another blob");

    private LayerForm ReadForm(SidecarFields fields, string what)
    {
        var content = Digest.Parse(fields.Text("content"));
        var wrapping = Fields(fields.Object("wrapping"), $"the wrapping of {what}");
        var name = wrapping.Text("kind");
        var form = Array.IndexOf(Kinds, name) switch
        {
            (int)WrappingKind.Plain => Wrapping.Plain,
            >= 0 and var kind => ReadRecipe((WrappingKind)kind, wrapping, what),
            _ => throw new DiffahException(DiffahErrors.ArchiveInvalid,
                $"The sidecar is not valid: {what} is wrapped as '{ShortText.Cut(name, 40)}', which this build does "
                    + "not know.",
                "Upgrade Diffah, or make the delta again with a version this build reads."),
        };
        wrapping.TellUnknown();
        return new LayerForm(content, form);
    }

    private static Wrapping ReadRecipe(WrappingKind kind, SidecarFields fields, string what)
    {
        // The recipes of gzip were there first, and take no other blob.
        Digest? reference = kind != WrappingKind.Gzip && fields.NullableText("reference") is { } digest
            ? Digest.Parse(digest)
            : null;
        var stored = fields.OptionalSize("recipe_size");
        var text = fields.NullableText("recipe");
        if (text is null == (stored is null))
            throw Invalid($"{what} has no recipe, or two");
        if (stored is { } size)
            return size > 0
                ? new Wrapping(kind, default, size) { Reference = reference }
                : throw Invalid($"{what} has a recipe without bytes");
        var recipe = new byte[text!.Length];
        return Convert.TryFromBase64String(text, recipe, out var count) && count is > 0 and <= Wrapping.MaximumInline
            ? new Wrapping(kind, recipe.AsMemory(0, count), 0) { Reference = reference }
            : throw Invalid($"the recipe of {what} is not valid");
    }
}
