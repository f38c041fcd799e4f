namespace Diffah.Tests.Support.SecondReader;

/// <summary>Fields of code of arm64 (executables.md, kind 5).</summary>
internal sealed class ArmFieldFinder(
    ExecutableLayout layout, byte[] old, AddressTables tables, FieldRange range, long toAddress,
    List<OldField> fields)
{
    private const int Near = 8;

    public void Find()
    {
        for (var at = range.Start; at + 4 <= range.End; at += 4)
        {
            var word = Word(old, at);
            if ((word & 0x7C000000) == 0x14000000)
                Branch(at, word);
            else if (IsPage(word))
                Page(at, word);
            else if (IsOffset(word))
                Offset(at, word);
        }
    }

    private static uint Word(byte[] file, long at) => BitConverter.ToUInt32(file, (int)at);

    private ulong VA(long at) => (ulong)(at + toAddress);

    private ulong? NewVA(long place)
    {
        foreach (var segment in layout.New.Where(s => s.HasPlace(place)))
            return (ulong)(segment.Address + place - segment.Offset);
        return null;
    }

    private void Add(long at, Func<long, ulong?> predict, FieldLesson? lesson) =>
        fields.Add(new OldField((int)at, 4, predict, lesson));

    private void Branch(long at, uint word)
    {
        var target = VA(at) + (ulong)BranchOffset(word);
        Add(at, j => tables.Find(target) is { } found && NewVA(j) is { } own
                ? (word & 0xFC000000) | (uint)((found - own) >> 2 & 0x3FFFFFF) : null,
            new FieldLesson(target, (made, j) => (Word(made, j) & 0x7C000000) == 0x14000000 && NewVA(j) is { } own
                ? own + (ulong)BranchOffset(Word(made, j)) : null));
    }

    private static long BranchOffset(uint word) => (long)((int)(word << 6) >> 6) * 4;

    private static bool IsPage(uint word) => (word & 0x9F000000) == 0x90000000;

    private static ulong PageOf(uint word, ulong own)
    {
        var pages = (int)(((word >> 3) & 0x1FFFFC) | ((word >> 29) & 3)) << 11 >> 11;
        return (own & ~0xFFFUL) + (ulong)((long)pages << 12);
    }

    private void Page(long at, uint word)
    {
        var page = PageOf(word, VA(at));
        var register = word & 31;
        var target = page;
        for (var next = at + 4; next <= at + 4 * Near && next + 4 <= range.End; next += 4)
        {
            var other = Word(old, next);
            if (IsOffset(other) && ((other >> 5) & 31) == register)
            {
                target = page + OffsetOf(other);
                break;
            }
            if (Writes(other, register))
                break;
        }
        Add(at, j =>
        {
            if (tables.Find(target) is not { } found || NewVA(j) is not { } own)
                return null;
            var pages = (uint)((found >> 12) - (own >> 12));
            return (word & 0x9F00001F) | (pages & 3) << 29 | (pages >> 2 & 0x7FFFF) << 5;
        }, null);
    }

    private static bool IsOffset(uint word) =>
        (word & 0x7FC00000) == 0x11000000 || (word & 0x3B000000) == 0x39000000;

    private static int Scale(uint word) => (word & 0x3B000000) != 0x39000000 ? 0
        : (int)(word >> 30) | ((word & 0x04800000) == 0x04800000 ? 4 : 0);

    private static ulong OffsetOf(uint word) => (ulong)((word >> 10) & 0xFFF) << Scale(word);

    private void Offset(long at, uint word)
    {
        if (PageBefore(old, at, word, range.Start) is not { } before)
            return;
        var target = PageOf(Word(old, before), VA(before)) + OffsetOf(word);
        var scale = Scale(word);
        Add(at, _ => tables.Find(target) is { } found && (found & ((1UL << scale) - 1)) == 0
                ? (word & ~(0xFFFu << 10)) | (uint)((found & 0xFFF) >> scale) << 10 : null,
            new FieldLesson(target, (made, j) => j >= 4 * Near && IsOffset(Word(made, j))
                && PageBefore(made, j, Word(made, j), 0) is { } page && NewVA(page) is { } own
                    ? PageOf(Word(made, page), own) + OffsetOf(Word(made, j)) : null));
    }

    /// <summary>Of the 8 instructions before, the nearest that writes the register, if it is an ADRP.</summary>
    private static long? PageBefore(byte[] file, long at, uint word, long begin)
    {
        var register = (word >> 5) & 31;
        for (var before = at - 4; before >= Math.Max(begin, at - 4 * Near); before -= 4)
        {
            var other = Word(file, before);
            if (Writes(other, register))
                return IsPage(other) ? before : null;
        }
        return null;
    }

    private static bool Writes(uint word, uint register)
    {
        if ((word & 0xFC000000) == 0x94000000)
            return register <= 18;
        var isNone = (word & 0xFC000000) == 0x14000000 || (word & 0x7C000000) == 0x34000000
            || (word & 0xFE000000) == 0x54000000 || (word & 0x3A400000) is 0x28000000 or 0x38000000
            || (word & 0x0E000000) == 0x0C000000 || (word & 0x3B000000) == 0x3D000000;
        return !isNone && (word & 31) == register;
    }
}
