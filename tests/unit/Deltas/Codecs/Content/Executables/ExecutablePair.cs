using Diffah.Engine.Deltas.Codecs.Content.Executables;
using Diffah.Engine.Deltas.Codecs.Content.Matching;

namespace Diffah.Tests.Deltas.Codecs.Content.Executables;

/// <summary>Two releases of a small executable, and what became of each function and table.</summary>
internal sealed class ExecutablePair
{
    private static readonly byte[] _texts = [.. "circle\0square\0triangle\0line\0"u8];

    public ExecutablePair(string kind, LayoutRules rules = LayoutRules.None)
    {
        (Old, New) = (new($"{kind}-1"), new($"{kind}-2"));
        Layout = ExecutableLayout.Create(Old.Bytes, New.Bytes, rules)!;
        Ops = MakeOps();
    }

    public ExecutableObject Old { get; }

    public ExecutableObject New { get; }

    public ExecutableLayout Layout { get; }

    public List<PatchOp> Ops { get; }

    /// <summary>What follows the operations: all predicted bytes, by blocks of lengths that are asked for.</summary>
    public static byte[] Predict(
        ExecutableLayout layout, byte[] old, byte[] @new, List<PatchOp> ops, Func<int, int> cut)
    {
        var projector = new FieldProjector(layout, old, @new.Length, ops);
        var predicted = new byte[@new.Length];
        Span<byte> fields = stackalloc byte[FieldProjector.WindowLength];
        var position = 0;
        foreach (var op in ops)
        {
            for (var done = 0; done < op.Add;)
            {
                var length = cut(FieldProjector.BlockLength(position, op.Add - done));
                projector.Predict(old, position, op.Old + done, predicted.AsSpan(position, length), fields);
                projector.Learn(position, @new.AsSpan(position, length));
                (position, done) = (position + length, done + length);
            }
            projector.Learn(position, @new.AsSpan(position, op.Insert));
            position += op.Insert;
        }
        return predicted;
    }

    public byte[] Predict() => Predict(Layout, Old.Bytes, Target(), Ops, length => length);

    /// <summary>The new file as it is coded.</summary>
    public byte[] Target()
    {
        var target = (byte[])New.Bytes.Clone();
        Layout.ZeroDerivedNew(target);
        return target;
    }

    private List<PatchOp> MakeOps()
    {
        var pieces = Pieces().Where(p => p.Size > 0).OrderBy(p => p.New).ToList();
        var ops = new List<PatchOp>();
        var position = 0;
        foreach (var (old, @new, size) in pieces)
        {
            if (@new < position)
                continue;
            if (@new > position)
                Insert(ops, @new - position);
            ops.Add(new(old, size, 0));
            position = @new + size;
        }
        Insert(ops, New.Bytes.Length - position);
        return ops;
    }

    private static void Insert(List<PatchOp> ops, int count)
    {
        if (ops.Count > 0)
            ops[^1] = ops[^1] with { Insert = count };
        else
            ops.Add(new(0, 0, count));
    }

    /// <summary>Functions and tables by their names, other sections of one size as wholes, and the texts.</summary>
    private List<(int Old, int New, int Size)> Pieces()
    {
        var pieces = new List<(int Old, int New, int Size)>();
        var bss = Old.Sections.First(s => s.Name == ".bss").Address;
        foreach (var symbol in Old.Symbols.Where(s => s.Address < bss))
        {
            var other = New.Symbols.FirstOrDefault(s => s.Name == symbol.Name);
            if (other.Name is not null)
                pieces.Add((Old.OffsetOf(symbol.Address), New.OffsetOf(other.Address),
                    Math.Min(symbol.Size, other.Size)));
        }
        foreach (var section in Old.Sections.Where(
            s => s.Name is not (".text" or ".data" or ".bss" or ".data.rel.ro" or ".dynsym")))
        {
            var other = New.Section(section.Name);
            if (section.Size == other.Size)
                pieces.Add((section.Offset, other.Offset, section.Size));
            else if (section.Name == ".rodata")
                pieces.Add((Old.Bytes.AsSpan().IndexOf(_texts), New.Bytes.AsSpan().IndexOf(_texts), _texts.Length));
        }
        return pieces;
    }
}
