namespace Diffah.Engine.Deltas.Codecs.Content.Executables;

/// <summary>Predicts the addresses in code.</summary>
internal sealed class CodeProjection(AddressMap map, FieldLearner learner, SegmentTable newSegments)
{
    /// <summary>Fields of both kinds in order: what is learned from them is learned in order.</summary>
    public void PredictX64(ref FieldBlock block, RangeFields fields, int from, int to)
    {
        if (fields.Address < 0)
            return;
        var start = fields.Range.Start;
        var (marks, addresses) = (fields.Marks!, fields.Addresses);
        var end = to - start;
        var next = marks.Next(from - start, end);
        var nextAddress = addresses?.Next(from - start, end) ?? end;
        while (next < end || nextAddress < end)
        {
            if (next < nextAddress)
            {
                PredictDisplacement(ref block, start + next, fields.Address + next);
                next = marks.Next(next + 1, end);
            }
            else
            {
                PredictAddress(ref block, start + nextAddress);
                nextAddress = addresses!.Next(nextAddress + 1, end);
            }
        }
    }

    public void PredictArm64(ref FieldBlock block, RangeFields fields, int from, int to)
    {
        if (fields.Address < 0)
            return;
        var range = fields.Range;
        var code = block.Old.Slice(range.Start, range.Length & ~(Arm64Fields.Length - 1));
        var first = (from - range.Start + Arm64Fields.Length - 1) & ~(Arm64Fields.Length - 1);
        for (var at = first; at < Math.Min(to - range.Start, code.Length); at += Arm64Fields.Length)
        {
            var instruction = Arm64Fields.Read(code, at);
            if (Arm64Fields.IsBranch(instruction))
                PredictBranch(ref block, range.Start + at, fields.Address + at, instruction);
            else if (Arm64Fields.IsPage(instruction))
                PredictPage(ref block, range.Start + at, instruction,
                    Arm64Fields.TargetOfPage(code, at, fields.Address + at, instruction));
            else if (Arm64Fields.OffsetShift(instruction) is >= 0 and var shift)
                PredictOffset(ref block, range.Start + at, instruction, shift,
                    Arm64Fields.PageBefore(code, at, fields.Address + at, instruction));
        }
    }

    private void PredictDisplacement(ref FieldBlock block, int place, long oldAddress)
    {
        var target = oldAddress + X64Scan.FieldLength + block.ReadInt32(place);
        var address = newSegments.AddressOf(block.NewOf(place));
        if (address < 0 || !map.TryFind(block.Old, target, out var found))
            return;
        block.PutUInt32(place, (uint)(found - address - X64Scan.FieldLength));
        learner.Expect(block.NewOf(place), FieldLearner.Form.Displacement, target);
    }

    private void PredictAddress(ref FieldBlock block, int place)
    {
        var target = block.ReadUInt32(place);
        if (!map.TryFind(block.Old, target, out var found))
            return;
        block.PutUInt32(place, (uint)found);
        learner.Expect(block.NewOf(place), FieldLearner.Form.Address, target);
    }

    private void PredictBranch(ref FieldBlock block, int place, long oldAddress, uint instruction)
    {
        var target = Arm64Fields.BranchTarget(instruction, oldAddress);
        var address = newSegments.AddressOf(block.NewOf(place));
        if (address < 0 || !map.TryFind(block.Old, target, out var found))
            return;
        block.PutUInt32(place, Arm64Fields.WithBranch(instruction, address, found));
        learner.Expect(block.NewOf(place), FieldLearner.Form.Branch, target);
    }

    private void PredictPage(ref FieldBlock block, int place, uint instruction, long target)
    {
        var address = newSegments.AddressOf(block.NewOf(place));
        if (address >= 0 && map.TryFind(block.Old, target, out var found))
            block.PutUInt32(place, Arm64Fields.WithPage(instruction, address, found));
    }

    private void PredictOffset(ref FieldBlock block, int place, uint instruction, int shift, long page)
    {
        if (page == Arm64Fields.None)
            return;
        var target = Arm64Fields.PairTarget(page, instruction, shift);
        if (!map.TryFind(block.Old, target, out var found) || (found & ((1L << shift) - 1)) != 0)
            return;
        block.PutUInt32(place, Arm64Fields.WithOffset(instruction, shift, found));
        learner.Expect(block.NewOf(place), FieldLearner.Form.Pair, target);
    }
}
