	.text
	.ifdef SECOND
	.globl fresh
	.type fresh, %function
fresh:
	.cfi_startproc
	adrp x3, added
	ldr x0, [x3, :lo12:added]
	add x0, x0, 1
	bl twice
	ret
	.cfi_endproc
	.size fresh, .-fresh
	.endif
	.globl square
	.type square, %function
square:
	.cfi_startproc
	adrp x1, counters
	add x1, x1, :lo12:counters
	ldr x2, [x1, 8]
	mul x0, x0, x0
	adrp x4, table
	ldr x5, [x4, :lo12:table]
	ldr w6, [x5, 4]
	ret
	.cfi_endproc
	.size square, .-square
	.globl twice
	.type twice, %function
twice:
	.cfi_startproc
	stp x29, x30, [sp, -16]!
	.cfi_def_cfa_offset 16
	bl square
	adrp x1, hidden
	str w0, [x1, :lo12:hidden]
	adrp x2, small
	ldrh w3, [x2, :lo12:small]
	strb w3, [x2, :lo12:small]
	ldp x29, x30, [sp], 16
	.cfi_def_cfa_offset 0
	b square
	.cfi_endproc
	.size twice, .-twice
	.globl _start
	.type _start, %function
_start:
	.cfi_startproc
	mov x0, 3
	bl twice
	bl square
	b _start
	.cfi_endproc
	.size _start, .-_start
	.data
	.balign 8
	.ifdef SECOND
	.quad fresh
	.endif
	.globl table
	.type table, %object
table:	.quad square, twice, counters, table
	.size table, .-table
	.globl small
	.type small, %object
small:	.hword 5, 6, 7, 8
	.size small, .-small
	.bss
	.balign 16
	.ifdef SECOND
	.type added, %object
added:	.skip 48
	.size added, .-added
	.endif
	.globl counters
	.type counters, %object
counters: .skip 64
	.size counters, .-counters
	.globl hidden
	.type hidden, %object
hidden:	.skip 32
	.size hidden, .-hidden
