using System.Collections.Immutable;
using System.Text.Json;
using Diffah.Engine.Compression;
using Diffah.Engine.Content;
using Diffah.Engine.Diagnostics;
using Diffah.Engine.Oci;

namespace Diffah.Engine.Deltas.Archive.Accounts;

/// <summary>Reads what the patches of an archive spend on files, and checks every rule of it.</summary>
internal sealed class AccountReader
{
    private const int MaximumDepth = 4;
    private const int MaximumTokens = 64;

    private readonly ArchiveReader _archive;
    private readonly Dictionary<Digest, ContentAccount> _accounts = [];
    private readonly ImmutableArray<FileAccount>.Builder _files = ImmutableArray.CreateBuilder<FileAccount>();
    private (Digest Content, ImmutableArray<OriginAccount> Origins)? _open;
    private int _listed;

    private AccountReader(ArchiveReader archive) => _archive = archive;

    /// <summary>The accounts of contents, by diff id; none where the archive has none.</summary>
    /// <param name="archive">The archive; not owned.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DiffahException">ArchiveInvalid, DigestMismatch, SizeMismatch.</exception>
    public static async Task<IReadOnlyDictionary<Digest, ContentAccount>> ReadAsync(
        ArchiveReader archive, CancellationToken cancellationToken)
    {
        var reader = new AccountReader(archive);
        if (archive.Manifest.Account is { } stored)
            reader.Read(await ReadAsync(archive, stored, cancellationToken), cancellationToken);
        return reader._accounts;
    }

    private static async Task<byte[]> ReadAsync(
        ArchiveReader archive, StoredAccount stored, CancellationToken cancellationToken)
    {
        var what = $"The account of files in the delta archive '{archive.Path}'";
        var bytes = new VerifyingStream(
            archive.OpenStored(ArchivePart.Account(stored.Digest)), stored.Digest, stored.ArchiveSize, what)
        {
            NextAction = DiffahErrors.ArchiveInvalid.NextAction,
        };
        await using var text = new ZstdDecompressionStream(
            bytes, new StoredContent(what, stored.ArchiveSize, new DecompressionBounds()), AccountFormat.WindowLog);
        try
        {
            var document = await text.ReadBoundedAsync(AccountFormat.MaximumSize, what, cancellationToken);
            // What is behind the frame counts for the digest as well.
            await bytes.CopyToAsync(Stream.Null, cancellationToken);
            return document;
        }
        catch (InvalidDataException e)
        {
            throw Invalid(archive, e.Message.TrimEnd('.'), e);
        }
    }

    private void Read(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        while (!text.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var end = text.Span.IndexOf((byte)'\n');
            if (end is < 0 or > AccountFormat.MaximumLine)
                throw Invalid("it has a line without an end, or one that is too long");
            ReadLine(text[..end]);
            text = text[(end + 1)..];
        }
        Close();
    }

    private void ReadLine(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = UntrustedJson.Parse(line, MaximumDepth, allowTwice: false, MaximumTokens);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw Invalid("it has a line that is no object");
            if (root.TryGetProperty("content", out var content))
                Begin(content, root);
            else
                Add(root);
        }
        catch (JsonException e)
        {
            throw Invalid(_archive, $"it is not valid JSON: {e.Message.TrimEnd('.')}", e);
        }
    }

    private void Begin(JsonElement content, JsonElement root)
    {
        Close();
        if (content.ValueKind != JsonValueKind.String || !Digest.TryParse(content.GetString()!, out var diffId)
            || !_archive.Manifest.Contents.TryGetValue(diffId, out var patch) || _accounts.ContainsKey(diffId))
            throw Invalid("it is about a content that the archive does not make, or twice about one");
        var origins = ImmutableArray.CreateBuilder<OriginAccount>(ContentAccount.OriginCount);
        for (var origin = 0; origin < ContentAccount.OriginCount; origin++)
            origins.Add(ReadOrigin(root, AccountFormat.WordOf((FileOrigin)origin)));
        if (Sum(origins, o => o.Cost) > patch.ArchiveSize || Sum(origins, o => o.Size) > patch.Size)
            throw Invalid($"the files of content {diffId} have more bytes than it, or take more than its patch");
        _open = (diffId, origins.MoveToImmutable());
    }

    private OriginAccount ReadOrigin(JsonElement root, string word)
    {
        if (!root.TryGetProperty(word, out var value))
            return default;
        return value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3
            ? new OriginAccount(Number(value[0]), Number(value[1]), Number(value[2]))
            : throw Invalid($"its numbers for '{word}' are not three");
    }

    private void Add(JsonElement root)
    {
        if (_open is null || ++_listed > AccountFormat.MaximumFiles)
            throw Invalid("it lists a file of no content, or too many files");
        if (AccountFormat.OriginOf(Text(root, "kind")) is not { } origin)
            throw Invalid("it has a file of an unknown kind");
        _files.Add(new FileAccount(
            Text(root, "path") ?? throw Invalid("it has a file without a path"), origin,
            Number(root, "size"), Number(root, "cost"), Text(root, "from")));
    }

    /// <summary>Ends the account of a content: what is listed is part of what is counted.</summary>
    private void Close()
    {
        if (_open is not { } open)
            return;
        foreach (var group in _files.GroupBy(f => f.Origin))
        {
            var counted = open.Origins[(int)group.Key];
            if (group.LongCount() > counted.Files || Sum(group, f => f.Size) > counted.Size
                || Sum(group, f => f.Cost) > counted.Cost)
                throw Invalid($"it lists more files of content {open.Content} than it counts");
        }
        _accounts.Add(open.Content, new ContentAccount(open.Origins, _files.ToImmutable()));
        _files.Clear();
        _open = null;
    }

    // No sum overflows: a number is at most what a blob can have, and there are few.
    private static Int128 Sum<T>(IEnumerable<T> items, Func<T, long> value) =>
        items.Aggregate((Int128)0, (sum, item) => sum + value(item));

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private long Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) ? Number(value) : throw Invalid($"it has a file without {name}");

    private long Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            && number is >= 0 and <= Descriptor.MaximumSize
            ? number
            : throw Invalid("it has what is no number of bytes or files");

    private DiffahException Invalid(string why) => Invalid(_archive, why);

    private static DiffahException Invalid(ArchiveReader archive, string why, Exception? inner = null) =>
        new(DiffahErrors.ArchiveInvalid,
            $"The account of files in the delta archive '{archive.Path}' is not valid: {why}.", inner: inner);
}
