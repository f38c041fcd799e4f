using System.Collections.Immutable;
using Diffah.Engine.Diagnostics;

namespace Diffah.Engine.Deltas.Reports;

/// <summary>Shows accounts of contents as rows by kind, and as files.</summary>
internal static class ByteAccount
{
    /// <summary>A layer's bytes by kind; together they are what it takes in the archive.</summary>
    /// <param name="size">Bytes of its blob.</param>
    /// <param name="blob">What the archive stores of it; null where it does not travel.</param>
    /// <param name="wrapping">How it is made of its content; null where nobody says.</param>
    /// <param name="patch">The patch of its content; null where the baseline has it.</param>
    /// <param name="account">What the patch spends on files; null where nobody says.</param>
    public static ImmutableArray<ByteShare> Of(
        long size, StoredBlob? blob, Wrapping? wrapping, ContentPatch? patch, ContentAccount? account)
    {
        var rows = ImmutableArray.CreateBuilder<ByteShare>();
        if (patch is not null && account is not null)
            rows.AddRange(Of(patch, account));
        else if (patch is not null)
            rows.Add(new ByteShare(ByteKind.Patched, 0, patch.Size, patch.ArchiveSize));
        else if (blob is null or { Form: not null })
            rows.Add(new ByteShare(ByteKind.Reused, 0, size, 0));
        else
            rows.Add(new ByteShare(
                blob.Origin == BlobOrigin.Full ? ByteKind.New : ByteKind.Patched, 0, size, blob.ArchiveSize));
        if (patch is not null)
            rows.AddRange(OthersOf(patch));
        // That of a layer that is reused serves other baselines, and counts where it is an entry.
        var recipe = blob is null ? wrapping?.StoredRecipe : wrapping?.Size;
        if (recipe is > 0 and var bytes)
            rows.Add(new ByteShare(ByteKind.Recipe, 0, 0, bytes));
        return rows.ToImmutable();
    }

    /// <summary>A content's bytes by kind; together they are its patch.</summary>
    /// <param name="patch">The patch.</param>
    /// <param name="account">What it spends on files.</param>
    public static IEnumerable<ByteShare> Of(ContentPatch patch, ContentAccount account)
    {
        var rows = account.Origins.Select((o, origin) =>
            new ByteShare(((FileOrigin)origin).ToString(), o.Files, o.Size, o.Cost)).Where(r => r.Files > 0);
        return [.. rows, new ByteShare(ByteKind.Structure, 0,
            patch.Size - account.Origins.Sum(o => o.Size), patch.ArchiveSize - account.Cost)];
    }

    /// <summary>What the alternatives of a content take; nothing where there are none.</summary>
    /// <param name="patch">The patch.</param>
    public static IEnumerable<ByteShare> OthersOf(ContentPatch patch) => patch.Alternatives.IsEmpty
        ? []
        : [new ByteShare(ByteKind.Alternatives, 0, 0, patch.StoredSize - patch.ArchiveSize)];

    /// <summary>The files of a content that are listed, those that take most first.</summary>
    /// <param name="account">What its patch spends on files.</param>
    public static ImmutableArray<DeltaArchiveFile> FilesOf(ContentAccount account) =>
    [
        .. account.Files.OrderByDescending(f => f.Cost).Select(f => new DeltaArchiveFile(
            Printable.Line(f.Path), f.Origin.ToString(), f.Size, f.Cost,
            f.From is { } from ? Printable.Line(from) : null)),
    ];
}
